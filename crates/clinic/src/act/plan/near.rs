//! How near to the last dose a visit may be moved.

use jiff::civil::Date;
use record::Chart;
use record::chart::visit::Visit;
use record::fact::visit::VisitPurpose;

use crate::act::session::day;
use crate::calendar::Wanted;
use crate::clinic::Clinic;
use crate::denied::Denied;

/// Visits, each with the day it is to come to.
pub(super) fn on_their_days<'a>(
    visits: &'a [Visit],
    wanted: &'a [Wanted],
) -> impl Iterator<Item = (&'a Visit, Date)> {
    visits
        .iter()
        .zip(wanted.iter().map(|wanted| wanted.starts.date()))
}

/// Passes visits of which no dose comes nearer to the last one given than any two were signed: the
/// session would be refused at the bedside, and it is said here while another day can be found.
pub(super) fn far_enough<'a>(
    clinic: &Clinic,
    chart: &Chart,
    visits: impl IntoIterator<Item = (&'a Visit, Date)>,
) -> Result<(), Denied> {
    let zone = clinic.zone();
    for (visit, on) in visits {
        let Some(course) = visit.course else {
            continue;
        };
        if visit.purpose != VisitPurpose::Dosing {
            continue;
        }
        let earliest = day::earliest(chart, &zone, course);
        if let Some(earliest) = earliest.filter(|earliest| on < earliest.on) {
            let sentence = format!(
                "{}: choose {} or later",
                earliest.said(),
                day::said(earliest.on)
            );
            return Err(Denied::invalid("visits", sentence));
        }
    }
    Ok(())
}
