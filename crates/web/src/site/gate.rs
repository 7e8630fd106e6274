//! How many enquiries one address may send: a limit kept in memory only, so that no address is written down.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many addresses are remembered.
const ADDRESSES_MAX: usize = 10_000;

const SECONDS: i64 = 3_600;

/// What came from whom since when.
#[derive(Default)]
pub(crate) struct Gate(Mutex<BTreeMap<Option<IpAddr>, (i64, u32)>>);

impl Gate {
    /// Whether one more may be taken from an address now; if so it is counted. `per_address` and
    /// `together` are how many an hour.
    pub(crate) fn lets_in(
        &self,
        from: Option<IpAddr>,
        now: Timestamp,
        (per_address, together): (u32, u32),
    ) -> bool {
        let now = now.as_second();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= ADDRESSES_MAX {
            counts.retain(|_, (since, _)| now - *since < SECONDS);
        }
        let is_full = counts.len() >= ADDRESSES_MAX;
        let whole = |from: Option<IpAddr>| from.map(network);
        let is_under = |counts: &BTreeMap<_, (i64, u32)>, key: &Option<IpAddr>, most: u32| {
            counts
                .get(key)
                .is_none_or(|(since, n)| now - *since >= SECONDS || *n < most)
        };
        let (one, all) = (whole(from).or(Some(Ipv6Addr::UNSPECIFIED.into())), None);
        if is_full || !is_under(&counts, &one, per_address) || !is_under(&counts, &all, together) {
            return false;
        }
        for key in [one, all] {
            let (since, n) = counts.entry(key).or_insert((now, 0));
            if now - *since >= SECONDS {
                (*since, *n) = (now, 0);
            }
            *n = n.saturating_add(1);
        }
        true
    }
}

/// A whole address, or the network of one household where addresses are plenty.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(
            || {
                let [a, b, c, d, ..] = six.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            },
            IpAddr::V4,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: (u32, u32) = (20, 500);

    #[test]
    fn an_address_is_let_in_a_number_of_times_an_hour_and_others_are_not_held_up() {
        let gate = Gate::default();
        let now: Timestamp = "2026-03-02T14:00:00Z".parse().unwrap();
        let one = Some("203.0.113.9".parse().unwrap());
        let n_in = (0..10_000)
            .filter(|_| gate.lets_in(one, now, LIMITS))
            .count();
        assert_eq!(n_in, 20);
        assert!(gate.lets_in(Some("203.0.113.10".parse().unwrap()), now, LIMITS));
        let later = now + jiff::SignedDuration::from_secs(SECONDS);
        assert!(gate.lets_in(one, later, LIMITS));
    }

    #[test]
    fn one_household_of_many_addresses_is_one_and_everyone_together_has_a_limit() {
        let gate = Gate::default();
        let now: Timestamp = "2026-03-02T14:00:00Z".parse().unwrap();
        let six = |n: u16| Some(format!("2001:db8:1:2::{n:x}").parse().unwrap());
        let n_in = (0..1_000)
            .filter(|n| gate.lets_in(six(*n), now, LIMITS))
            .count();
        assert_eq!(n_in, 20);
        let four = |n: u16| {
            Some(IpAddr::from([
                10,
                0,
                n.to_be_bytes()[0],
                n.to_be_bytes()[1],
            ]))
        };
        let n_in = (0..20_000)
            .filter(|n| gate.lets_in(four(*n), now, LIMITS))
            .count();
        assert_eq!(n_in, 480);
    }
}
