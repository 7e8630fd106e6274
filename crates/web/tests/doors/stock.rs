//! The register of controlled substances by forms: received, drawn, given, wasted, counted, corrected, copied.

use testkit::Visitor;
use testkit::visitor::Answer;

use crate::calm::stocked;
use crate::course::{go_to, shows};
use crate::form::{done, said, sent};
use crate::house::{House, SECRET};

/// Draws 60 mg from the first vial.
pub(crate) fn draw(nurse: &mut Visitor, path: &str, session: &str) {
    let form = format!("{path}/do/draw-drug?session={session}");
    let slip = sent(nurse, &form, &[("vial", "V-0117"), ("amount", "600")]);
    assert_eq!(slip.status, 422);
    shows(&slip, "600 mg cannot be drawn: vial V-0117 holds 200 mg");
    let drawn = [("vial", "V-0117"), ("amount", "60")];
    let page = done(nurse, &form, &drawn);
    shows(&page, "What was drawn is in the register.");
    shows(&page, "Drawn and still there 60 mg");
}

/// Wastes 3 mg of the syringe and the rest of the vial before a witness.
pub(crate) fn waste(nurse: &mut Visitor, path: &str, session: &str) {
    let form = format!("{path}/do/waste-drug?session={session}");
    let send = |nurse: &mut Visitor, amount: &str, name: &str, secret: &str| {
        let wasted = [
            ("amount_1", amount),
            ("amount_2", "3"),
            ("method", "Into the bottle"),
            ("second_name", name),
            ("second_secret", secret),
        ];
        sent(nurse, &form, &wasted)
    };
    let refused = |answer: &Answer, words: &str| {
        assert_eq!(answer.status, 422, "{}", said(answer));
        shows(answer, words);
    };
    let guess = send(nurse, "140", "okafor", "a guess");
    refused(&guess, "do not belong together");
    let own = send(nurse, "140", "dana", SECRET);
    refused(&own, "cannot witness it too");
    let more = send(nurse, "141", "okafor", SECRET);
    refused(&more, "140 mg is left in vial");
    let page = send(nurse, "140", "okafor", SECRET);
    assert_eq!(page.status, 303, "{}", said(&page));
    let page = nurse.follow(page).unwrap();
    shows(&page, "Left to account for 0 mg");
    shows(&page, "witness Dr Miriam Okafor");
}

#[test]
fn a_count_is_blind_and_a_difference_freezes_the_lot_and_says_so() {
    let house = House::open();
    go_to(&house, "2026-03-02T09:00");
    stocked(&house);
    let mut nurse = house.sign_in("dana");
    let form = nurse.get("/do/count-stock?lot=K26%2F318").unwrap();
    let words = said(&form);
    assert!(
        !words.contains("2,000") && !words.contains("200 mg"),
        "{words}"
    );
    assert!(!words.contains("V-0117"), "the vials are shown: {words}");
    let unread = [
        ("location", "Cabinet A"),
        ("lot", "K26/318"),
        ("found", "V-0117"),
    ];
    let answer = sent(&mut nurse, "/do/count-stock", &unread);
    assert_eq!(answer.status, 422);
    shows(&answer, "write the vial's number");
    // A form sent by a slip counts nothing and freezes nothing.
    let head = house.head();
    let empty = [("location", "Cabinet A"), ("lot", "K26/318")];
    let slip = sent(&mut nurse, "/do/count-stock", &empty);
    assert_eq!(slip.status, 422, "{}", said(&slip));
    shows(&slip, "none where nothing of the lot is there");
    assert_eq!(house.head(), head, "a count was written");
    let count = [
        ("location", "Cabinet A"),
        ("lot", "K26/318"),
        ("found", "V-0117 200"),
    ];
    let page = done(&mut nurse, "/do/count-stock", &count);
    shows(&page, "The count differs from the register: a case is open");
    shows(&page, "is frozen");
    let lot = nurse.get("/ledger/lots/K26%2F318").unwrap();
    assert_eq!(lot.status, 200);
    shows(&lot, "9 vials differ");
    assert_eq!(nurse.get("/do/close-case?case=4").unwrap().status, 403);
    let mut compliance = house.sign_in("tomasz");
    let case = compliance.get("/do/close-case?case=4").unwrap();
    shows(&case, "One person has counted");
    // A refusal names the case by its number in the register.
    let closing = sent(&mut compliance, "/do/close-case?case=4", &[]);
    assert_eq!(closing.status, 422);
    shows(&closing, "Case 4 has no explanation");
    let mut director = house.sign_in("lindqvist");
    let moved = [("vial", "V-0118"), ("location", "Cabinet A")];
    let held = sent(&mut director, "/do/move-vial", &moved);
    shows(&held, "frozen until its difference is explained (case 4)");
}

#[test]
fn a_broken_vial_and_a_destroyed_one_are_gathered_for_the_forms_and_a_slip_is_corrected() {
    let house = House::open();
    go_to(&house, "2026-03-02T09:00");
    stocked(&house);
    let mut nurse = house.sign_in("dana");
    let broken = [
        ("vial", "V-0118"),
        ("amount", "200"),
        ("kind", "breakage"),
        ("discovered", "2026-03-02"),
        ("circumstances", "Fell from the trolley"),
    ];
    let page = done(&mut nurse, "/do/report-loss", &broken);
    shows(&page, "told in writing by Tue 3 Mar 2026");
    let slip = [
        ("vial", "V-0118"),
        ("amount", "20"),
        ("why", "Most of it was saved"),
    ];
    let page = done(&mut nurse, "/do/correct-line?line=3", &slip);
    shows(&page, "Correction of 3");
    assert_eq!(
        sent(
            &mut nurse,
            "/do/correct-line",
            &[
                ("line", "900"),
                ("vial", "V"),
                ("why", "x"),
                ("amount", "1")
            ]
        )
        .status,
        422
    );
    let mut director = house.sign_in("lindqvist");
    let burnt = [
        ("vial", "V-0119"),
        ("method", "Incinerated"),
        ("second_name", "dana"),
        ("second_secret", SECRET),
    ];
    done(&mut director, "/do/destroy-vial", &burnt);
    let forms = director.get("/ledger/forms").unwrap();
    shows(&forms, "20 mg of 10 mg/mL");
    shows(&forms, "Incinerated");
    shows(&forms, "Dr Edith Lindqvist, Dana Whitlock RN");
}

#[test]
fn the_copy_and_the_table_carry_every_line_and_the_head_of_the_chain() {
    let house = House::open();
    stocked(&house);
    let mut compliance = house.sign_in("tomasz");
    let copy = compliance.get("/ledger/copy").unwrap();
    shows(&copy, "Inspection copy: ketamine 10 mg/mL, schedule III");
    shows(&copy, "Casco Pharma Supply, invoice 77-4402, lot K26/318");
    shows(&copy, "Chain head at entry");
    let csv = compliance.get("/ledger/copy.csv").unwrap();
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = csv.text();
    assert_eq!(text.lines().count(), 1 + 1 + 10 + 1, "{text}");
    assert!(
        text.contains("Dana Whitlock RN") && !text.contains("per_"),
        "{text}"
    );
    assert!(
        text.lines()
            .last()
            .is_some_and(|line| line.contains("Chain head"))
    );
    let mut desk = house.sign_in("maria");
    assert_eq!(desk.get("/ledger").unwrap().status, 403);
}

#[test]
fn a_made_up_clinic_adds_up_to_the_milligram() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    let page = nurse.get("/ledger").unwrap();
    let words = said(&page);
    let (_, sum) = words.split_once("Received ").unwrap();
    let (sum, _) = sum.split_once(". Passed on").unwrap();
    let (received, parts) = sum.split_once(" = ").unwrap();
    let amount = |text: &str| -> f64 {
        let number = text.split(' ').next_back().unwrap();
        number
            .trim_end_matches('.')
            .replace(',', "")
            .parse()
            .unwrap()
    };
    let total: f64 = parts.split(" + ").map(amount).sum();
    assert!((amount(received) - total).abs() < 1e-6, "{sum}");
    assert!(amount(received) > 0.0);
}

#[test]
fn a_strength_ten_times_that_of_the_name_is_refused_and_a_form_sent_again_otherwise_is_not_told_done()
 {
    let house = House::open();
    go_to(&house, "2026-03-02T09:00");
    stocked(&house);
    let mut nurse = house.sign_in("dana");
    let delivery = |strength: &'static str| {
        [
            ("supplier", "Casco Pharma Supply"),
            ("supplier_address", "40 Commercial Street, Portland"),
            ("supplier_registration", "RC0198204"),
            ("invoice", "77-4403"),
            ("drug", "ketamine 10 mg/mL"),
            ("lot", "K26/319"),
            ("expires", "2027-11-30"),
            ("strength", strength),
            ("content", "200"),
            ("vials", "V-0201"),
            ("how_many", "2"),
            ("location", "Cabinet A"),
        ]
    };
    let path = "/do/receive-stock";
    let nothing = sent(&mut nurse, path, &delivery("0"));
    shows(&nothing, "A strength of 0 mg/mL is not plausible");
    let page = nurse.get(path).unwrap();
    let empty = crate::form::Form::of(&page, path).fill_all(&delivery("10"));
    let empty = empty.fill("content", "0").send(&mut nurse);
    assert_eq!(empty.status, 422);
    shows(&empty, "A vial\u{2019}s content of 0 mg is not plausible");
    let slip = sent(&mut nurse, "/do/receive-stock", &delivery("100"));
    assert_eq!(slip.status, 422);
    shows(&slip, "names another strength than the 100 mg/mL entered");
    done(&mut nurse, "/do/receive-stock", &delivery("10"));
    // Back to the form, another amount, sent once more under the same command.
    let page = nurse.get("/do/report-loss").unwrap();
    let form = crate::form::Form::of(&page, "/do/report-loss").fill_all(&[
        ("vial", "V-0201"),
        ("amount", "5"),
        ("kind", "breakage"),
        ("discovered", "2026-03-02"),
        ("circumstances", "Dropped"),
    ]);
    let first = form.clone().send(&mut nurse);
    assert_eq!(first.status, 303, "{}", said(&first));
    let twice = form.clone().send(&mut nurse);
    assert_eq!(
        twice.status, 303,
        "the same form sent twice is written once"
    );
    let other = form.fill("amount", "50").send(&mut nurse);
    assert_eq!(other.status, 422);
    shows(&other, "This form was sent already, with other answers");
    let stock = house.clinic.stock();
    let vial = &stock.register.vials()[&ledger::VialId::new("V-0201")];
    assert_eq!(vial.balance.of(&ledger::Account::Lost).get(), 5_000);
}
