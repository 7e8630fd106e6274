//! A dose that goes in device by device, as the room says it.

use clinic::act::session::pieces::{self, Devices};
use record::quantity::Micrograms;

use super::Room;
use crate::words;

impl Room<'_> {
    /// How far a dose of devices has gone.
    pub(super) fn devices(&self) -> Option<Devices> {
        pieces::devices(&self.app.clinic, &self.opened.known, self.session)
    }

    /// How many devices a dose is, where it goes in by devices.
    pub(super) fn n_devices(&self, dose: Micrograms) -> Option<u64> {
        pieces::n_devices(&self.app.clinic, &self.opened.known, self.session, dose)
    }

    /// When the next is given, or that none is left, under the minutes since the start.
    pub(super) fn next_device(&self, devices: Devices) -> String {
        devices.next_from.map_or_else(
            || format!("{} given", words::of_devices(devices.n_ordered)),
            |from| format!("next device {}", self.time(from)),
        )
    }
}
