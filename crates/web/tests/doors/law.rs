//! What the law asks before and beside a dose, by forms: who may handle drug, and what is passed on.

use crate::calm::stocked;
use crate::course::{go_to, shows};
use crate::form::{done, said, sent};
use crate::house::{House, SECRET};

/// The forms that lead to the check of a person are beside their name.
fn asks_of(page: &str, name: &str) -> String {
    let (_, row) = page.split_once(name).unwrap();
    let (_, path) = row.split_once("/do/check-access?person=").unwrap();
    let (id, _) = path.split_once('"').unwrap();
    format!("/do/check-access?person={id}")
}

const NO: [(&str, &str); 4] = [
    ("convicted", "no"),
    ("denied", "no"),
    ("revoked", "no"),
    ("surrendered", "no"),
];

#[test]
fn a_new_nurse_handles_no_drug_before_somebody_asked_and_a_yes_shuts_out_without_telling_which() {
    let house = House::open();
    go_to(&house, "2026-03-02T09:00");
    stocked(&house);
    let mut admin = house.sign_in("sol");
    let hired = [
        ("name", "Nina Roe RN"),
        ("sign_in_name", "nina"),
        ("roles", "nurse"),
        ("secret", SECRET),
    ];
    done(&mut admin, "/do/add-person", &hired);
    let mut nurse = house.sign_in("nina");
    let moved = [("vial", "V-0117"), ("location", "Cabinet A")];
    let held = sent(&mut nurse, "/do/move-vial", &moved);
    assert_eq!(held.status, 422, "{}", said(&held));
    shows(
        &held,
        "No check of access to controlled drugs is recorded for Nina Roe RN",
    );
    let mut officer = house.sign_in("tomasz");
    let ledger = officer.get("/ledger").unwrap();
    shows(
        &ledger,
        "1 person has no check of access recorded: Nina Roe RN.",
    );
    let page = officer.get("/ledger/access").unwrap();
    shows(&page, "no check recorded");
    shows(&page, "held until asked");
    let form = asks_of(&page.text(), "Nina Roe RN");
    let none = sent(&mut officer, &form, &NO);
    assert_eq!(none.status, 422, "how it was asked is part of the record");
    let mut told = NO.to_vec();
    told.push(("how", "Signed statement"));
    let page = done(&mut officer, &form, &told);
    shows(&page, "The check is recorded.");
    shows(&page, "by Tomasz Wren: Signed statement");
    told[2] = ("revoked", "yes");
    let page = done(&mut officer, &form, &told);
    shows(&page, "no access, by law");
    shows(&page, "Yes to: Ever had a DEA registration revoked?");
    let seen = nurse.get("/ledger/access").unwrap();
    shows(&seen, "no access, by law");
    assert!(!said(&seen).contains("Yes to"), "{}", said(&seen));
    let held = sent(&mut nurse, "/do/move-vial", &moved);
    shows(&held, "21 CFR 1301.76(a)");
    assert!(!said(&held).contains("revoked"), "{}", said(&held));
}

#[test]
fn a_transfer_says_both_sides_and_is_refused_above_the_share_the_law_allows() {
    let house = House::open();
    go_to(&house, "2026-03-02T09:00");
    stocked(&house);
    let mut director = house.sign_in("lindqvist");
    let form = director.get("/do/transfer-vial").unwrap();
    shows(&form, "Passed on in 2026: nothing was passed on or given.");
    let mut told = vec![
        ("vial", "V-0119"),
        ("purpose", "dispensing"),
        ("name", "Bay Clinic"),
        ("address", "2 Wharf, Bath"),
        ("registration", "RB0000001"),
        ("own_name", "Tern Harbour Clinic"),
        ("own_address", "5 Quay, Portland"),
    ];
    let held = sent(&mut director, "/do/transfer-vial", &told);
    assert_eq!(held.status, 422, "{}", said(&held));
    shows(&held, "20 of 20 dosage units, 100 %");
    shows(&held, "registration as a distributor (21 CFR 1307.11)");
    told[1] = ("purpose", "return");
    let page = done(&mut director, "/do/transfer-vial", &told);
    shows(
        &page,
        "To Bay Clinic, 2 Wharf, Bath, RB0000001; from Tern Harbour Clinic, 5 Quay, Portland",
    );
    shows(
        &page,
        "Passed on to other practitioners in 2026, of all drugs: nothing was passed on or given; at most 5 %",
    );
    let again = director.get("/do/transfer-vial").unwrap();
    assert!(again.text().contains("5 Quay, Portland"), "typed once");
    let csv = director.get("/ledger/copy.csv").unwrap();
    let text = csv.text();
    assert!(
        text.contains("from Tern Harbour Clinic, 5 Quay, Portland"),
        "{text}"
    );
    assert!(text.contains("a return, not for dispensing"), "{text}");
}

#[test]
fn the_log_of_what_was_given_has_who_where_they_live_how_much_of_which_vial_and_by_whom() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    let page = nurse.get("/ledger/dispensed").unwrap();
    let words = said(&page);
    for part in [
        "Pier Road, Portland",
        "no address recorded",
        "ketamine 10 mg/mL, solution, vial of 200 mg",
        " mL ",
        "DW, Dana Whitlock RN",
        "V-0110",
        "K26-311",
        "Chain head at entry",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let mut csv_of = |year: u16| {
        let path = format!("/ledger/dispensed.csv?year={year}");
        nurse.get(&path).unwrap().text()
    };
    let csv = csv_of(2026);
    let (head, _) = csv.split_once("\r\n").unwrap();
    assert!(
        head.starts_with("\"line\",\"date\",\"moment\",\"patient\",\"address\",\"drug\",\"form\"")
    );
    let sum = |csv: &str| -> f64 {
        let rows = csv.lines().skip(1);
        rows.filter_map(|line| line.split("\",\"").nth(7)?.parse::<f64>().ok())
            .sum()
    };
    let total = sum(&csv) + sum(&csv_of(2025));
    let ledger = said(&nurse.get("/ledger").unwrap());
    let (_, rest) = ledger.split_once(" + given ").unwrap();
    let (said_given, _) = rest.split_once(" + ").unwrap();
    let said_given: f64 = said_given.replace(',', "").parse().unwrap();
    assert!(
        (total - said_given).abs() < 0.001,
        "{total} against {said_given}"
    );
    let empty = nurse.get("/ledger/dispensed?year=1999").unwrap();
    shows(&empty, "Nothing was given from the clinic's stock in 1999.");
    let mut desk = house.known("maria");
    assert_eq!(desk.get("/ledger/dispensed").unwrap().status, 403);
    assert_eq!(desk.get("/ledger/dispensed.csv").unwrap().status, 403);
}

#[test]
fn the_certificate_of_the_setting_is_recorded_by_who_keeps_the_register_and_until_then_no_esketamine_is_received()
 {
    let house = House::open();
    go_to(&house, "2026-03-02T09:00");
    stocked(&house);
    let mut officer = house.sign_in("tomasz");
    let page = officer.get("/ledger/access").unwrap();
    shows(
        &page,
        "no certificate recorded: no esketamine is received or given",
    );
    let device = [
        ("supplier", "Casco Pharma Supply"),
        ("supplier_address", "40 Commercial Street, Portland"),
        ("supplier_registration", "RC0198204"),
        ("invoice", "77-4410"),
        ("drug", "esketamine 28 mg"),
        ("lot", "S26-014"),
        ("expires", "2027-11-30"),
        ("strength", "140"),
        ("content", "28"),
        ("vials", "D-0001"),
        ("how_many", "2"),
        ("location", "Cabinet A"),
    ];
    let mut nurse = house.sign_in("dana");
    let held = sent(&mut nurse, "/do/receive-stock", &device);
    assert_eq!(held.status, 422, "{}", said(&held));
    shows(&held, "Esketamine is dispensed to a certified setting only");
    assert_eq!(nurse.get("/do/certify-setting").unwrap().status, 403);
    let told = [("certified_on", "2026-03-02"), ("reference", "SET-4471")];
    let page = done(&mut officer, "/do/certify-setting", &told);
    shows(
        &page,
        "Certified as a setting for esketamine since 2 Mar 2026, SET-4471, recorded by Tomasz Wren.",
    );
    done(&mut nurse, "/do/receive-stock", &device);
}
