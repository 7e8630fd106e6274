//! Laws of the rows beside the record.

use jiff::{SignedDuration, Timestamp};
use record::RecordedAt;
use uuid::Uuid;

use super::{Bench, append, fact, fact_at, journal, patient};
use crate::append::OutboxRow;
use crate::identifier::Position;
use crate::rim::{AccessQuery, AccessRow, RimRow};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_600_000 + second).unwrap()
}

pub(super) fn the_rim_keeps_and_forgets(bench: &dyn Bench) {
    {
        let journal = journal(bench.keeper());
        journal
            .rim_put("session", "a", b"one", Some(at(10)))
            .unwrap();
        journal
            .rim_put("session", "a", b"two", Some(at(20)))
            .unwrap();
        let row = |key: &str, expires_at| RimRow {
            key: key.to_owned(),
            value: key.as_bytes().to_vec(),
            expires_at,
        };
        let rows = [
            row("ab", None),
            row("b", Some(at(5))),
            row("a%", None),
            row("ä", None),
        ];
        journal.rim_put_all("session", &rows).unwrap();
        journal.rim_put("draft", "a", b"other space", None).unwrap();
    }
    let journal = journal(bench.keeper());
    let found = journal.rim_get("session", "a").unwrap().unwrap();
    assert_eq!(
        (found.value.as_slice(), found.expires_at),
        (b"two".as_slice(), Some(at(20)))
    );
    assert_eq!(journal.rim_get("session", "absent").unwrap(), None);
    let keys = |prefix: &str, limit| -> Vec<String> {
        let found = journal.rim_scan("session", prefix, limit).unwrap();
        found.into_iter().map(|row| row.key).collect()
    };
    assert_eq!(keys("", 10), ["a", "a%", "ab", "b", "ä"]);
    assert_eq!(keys("a", 2), ["a", "a%"]);
    assert_eq!(keys("a%", 10), ["a%"]);
    assert_eq!(keys("ä", 10), ["ä"]);
    assert_eq!(journal.rim_sweep(at(5)).unwrap(), 1);
    assert!(journal.rim_remove("session", "ab").unwrap());
    assert!(!journal.rim_remove("session", "ab").unwrap());
    assert_eq!(keys("", 10), ["a", "a%", "ä"]);
    assert_eq!(
        journal.rim_get("draft", "a").unwrap().unwrap().value,
        b"other space"
    );
    assert!(
        journal
            .rim_put("draft", &"k".repeat(201), b"", None)
            .is_err()
    );
}

pub(super) fn the_access_log_is_read_newest_first(bench: &dyn Bench) {
    let access = |number: i64, person: &str, stream| AccessRow {
        at: RecordedAt(at(number)),
        person: person.to_owned(),
        role: "nurse".to_owned(),
        stream,
        door: "web".to_owned(),
        what: "chart".to_owned(),
    };
    {
        let journal = journal(bench.keeper());
        journal
            .access_log(vec![access(0, "kim", Some(patient(1)))])
            .unwrap();
        for number in 1_i64..50 {
            let person = if number % 2 == 0 { "kim" } else { "lee" };
            let stream = (number % 5 != 0).then(|| patient(u128::from(number.unsigned_abs())));
            journal
                .access_log_soon(vec![access(number, person, stream)])
                .unwrap();
        }
        journal.flush().unwrap();
    }
    let journal = journal(bench.keeper());
    let page = journal.accesses(&AccessQuery::Newest, None, 20).unwrap();
    assert_eq!(page.len(), 20);
    assert_eq!(page[0].row, access(49, "lee", Some(patient(49))));
    let next = journal
        .accesses(&AccessQuery::Newest, Some(page[19].number), 100)
        .unwrap();
    assert_eq!(next.len(), 30);
    assert_eq!(next[29].row.at.0, at(0));
    let kim = journal
        .accesses(&AccessQuery::ByPerson("kim".to_owned()), None, 100)
        .unwrap();
    assert_eq!(kim.len(), 25);
    let of_one = journal
        .accesses(&AccessQuery::OfStream(patient(1)), None, 100)
        .unwrap();
    assert_eq!(
        of_one
            .iter()
            .map(|logged| logged.row.at.0)
            .collect::<Vec<_>>(),
        [at(1), at(0)]
    );
}

pub(super) fn outbox_work_is_posted_with_its_entry_and_retried(bench: &dyn Bench) {
    let row = |number: u128, second| OutboxRow {
        id: Uuid::from_u128(number),
        kind: "mail".to_owned(),
        payload: b"dear kim".to_vec(),
        due_at: at(second),
    };
    let journal = journal(bench.keeper());
    let mut posted = append(vec![fact_at(patient(1), 0, b"one")]);
    posted.outbox = vec![row(1, 10), row(2, 5)];
    journal.append(posted.clone()).unwrap();
    journal.append(posted.clone()).unwrap();
    let mut refused = append(vec![fact_at(patient(1), 0, b"stale")]);
    refused.outbox = vec![row(3, 0)];
    journal.append(refused).unwrap_err();
    journal.outbox_post(row(4, 60)).unwrap();
    journal
        .append(append(vec![fact(patient(1), b"two")]))
        .unwrap();
    let due = journal.outbox_due(at(10), 10).unwrap();
    assert_eq!(
        due.iter().map(|work| work.row.clone()).collect::<Vec<_>>(),
        [row(2, 5), row(1, 10)]
    );
    assert_eq!((due[0].cause, due[0].tries), (Position(1), 0));
    assert!(journal.outbox_done(Uuid::from_u128(2)).unwrap());
    assert!(!journal.outbox_done(Uuid::from_u128(2)).unwrap());
    let later = at(10) + SignedDuration::from_secs(30);
    assert!(
        journal
            .outbox_retry(Uuid::from_u128(1), later, "no route")
            .unwrap()
    );
    assert_eq!(journal.outbox_due(at(10), 10).unwrap(), []);
    let due = journal.outbox_due(later, 10).unwrap();
    assert_eq!(
        (due[0].tries, due[0].error.as_deref()),
        (1, Some("no route"))
    );
    assert!(
        journal
            .outbox_give_up(Uuid::from_u128(1), "address unknown")
            .unwrap()
    );
    assert_eq!(journal.outbox_due(at(1000), 10).unwrap().len(), 1);
    let dead = journal.outbox_dead_letters(10).unwrap();
    assert_eq!(dead[0].error.as_deref(), Some("address unknown"));
    assert!(
        journal
            .outbox_retry(Uuid::from_u128(1), at(0), "asked again")
            .unwrap()
    );
    assert_eq!(journal.outbox_dead_letters(10).unwrap(), []);
}
