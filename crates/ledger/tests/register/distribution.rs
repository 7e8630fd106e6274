//! How much of a year may be passed on: by hand at the limit, and exact over random years.

use jiff::civil::date;
use ledger::distribution::share;
use ledger::{Act, Correction, Dose, DrugId, LotId, Purpose, Receipt, Refusal, Vial};
use proptest::prelude::*;
use record::quantity::Micrograms;

use crate::book::{Book, own_side, place, registrant, session, vial};

fn transfer(number: usize, purpose: Purpose) -> Act {
    Act::Transfer {
        vial: vial(number),
        to: registrant(),
        from: Some(own_side("main")),
        purpose,
        certificate: None,
    }
}

/// Receives vials of one lot, each with its strength in a millilitre and its content, from number 100 on.
fn receives(book: &mut Book, drug: &str, lot: &str, (first, each): (usize, &[(u64, u64)])) {
    let vials = each
        .iter()
        .enumerate()
        .map(|(at, (strength, content))| Vial {
            id: vial(first + at),
            strength: *strength,
            content: Micrograms::new(*content),
        });
    let receipt = Receipt {
        location: place("main"),
        supplier: registrant(),
        invoice: "inv-9".to_owned(),
        drug: DrugId::new(drug),
        lot: LotId::new(lot),
        expires: date(2030, 1, 1),
        vials: vials.collect(),
    };
    book.does(1, Act::Receive(receipt)).unwrap();
}

/// Gives that much of a vial in a session of its own.
fn gives(book: &mut Book, number: usize, amount: u64) {
    let own = session(1_000 + u128::try_from(number).unwrap());
    let dose = Dose {
        session: own,
        vial: vial(number),
        amount: Micrograms::new(amount),
    };
    let issue = Act::Issue {
        vial: vial(number),
        session: own,
    };
    for act in [issue, Act::Draw(dose.clone()), Act::Give(dose)] {
        book.does(1, act).unwrap();
    }
}

/// Twenty millilitres given are nineteen parts of twenty; one more millilitre beside them is five percent.
#[test]
fn at_five_percent_a_vial_may_be_passed_on_and_above_it_the_sentence_names_the_law() {
    let mut book = Book::open();
    let each = [(10_000, 190_000), (10_000, 10_000), (10_000, 10_000)];
    receives(&mut book, "ketamine 10 mg/mL", "D", (100, &each));
    gives(&mut book, 100, 190_000);
    book.does(1, transfer(101, Purpose::Dispensing)).unwrap();
    let year = book.today.year();
    let stands = share(&book.register, year, &book.policy).unwrap();
    assert!(!stands.is_over(5));
    assert_eq!(stands.to_string(), "1 of 20 dosage units, 5 %");
    let refused = book.does(1, transfer(102, Purpose::Dispensing));
    let Err(Refusal::PassesOnTooMuch {
        after: Some(after),
        percent: 5,
    }) = &refused
    else {
        unreachable!("{refused:?}")
    };
    assert_eq!(after.to_string(), "2 of 21 dosage units, 9.6 %");
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("21 CFR 1307.11"), "{words}");
    assert!(words.contains("registration as a distributor"), "{words}");
    assert!(words.starts_with("with this vial, 2 of 21"), "{words}");
}

#[test]
fn what_goes_back_to_a_supplier_is_not_passed_on_to_a_practitioner() {
    let mut book = Book::open();
    book.does(1, transfer(0, Purpose::Return)).unwrap();
    let year = book.today.year();
    let stands = share(&book.register, year, &book.policy).unwrap();
    assert_eq!((stands.distributed, stands.per_mille()), (0, None));
    assert!(matches!(
        book.does(1, transfer(1, Purpose::Dispensing)),
        Err(Refusal::PassesOnTooMuch { .. })
    ));
}

#[test]
fn a_device_is_one_dosage_unit_and_another_year_begins_at_nought() {
    let mut book = Book::open();
    receives(
        &mut book,
        "esketamine 28 mg",
        "E",
        (100, &[(140_000, 28_000); 20]),
    );
    for number in 100..119 {
        gives(&mut book, number, 28_000);
    }
    let year = book.today.year();
    let stands = share(&book.register, year, &book.policy).unwrap();
    assert_eq!(stands.to_string(), "0 of 19 dosage units, 0 %");
    book.today = date(year + 1, 1, 2);
    assert!(matches!(
        book.does(1, transfer(119, Purpose::Dispensing)),
        Err(Refusal::PassesOnTooMuch { .. })
    ));
    book.today = date(year, 12, 31);
    book.does(1, transfer(119, Purpose::Dispensing)).unwrap();
}

#[test]
fn a_correction_counts_in_the_year_of_the_line_it_corrects() {
    let mut book = Book::open();
    receives(
        &mut book,
        "ketamine 10 mg/mL",
        "D",
        (100, &[(10_000, 100_000)]),
    );
    gives(&mut book, 100, 100_000);
    let year = book.today.year();
    let gave = book.lines.last().unwrap().id.clone();
    book.today = date(year + 1, 1, 5);
    let correction = Act::Correct(Correction {
        of: gave,
        vial: vial(100),
        amount: Micrograms::new(60_000),
        why: "misread".to_owned(),
        witness: None,
    });
    book.does(1, correction).unwrap();
    let of = |year| {
        share(&book.register, year, &book.policy)
            .unwrap()
            .to_string()
    };
    assert_eq!(of(year), "0 of 6 dosage units, 0 %");
    assert_eq!(of(year + 1), "nothing was passed on or given");
}

#[test]
fn both_sides_of_a_transfer_are_said_and_the_own_one_is_that_of_the_cabinet() {
    let mut book = Book::open();
    let with = |from: Option<ledger::Registrant>, to: ledger::Registrant| Act::Transfer {
        vial: vial(0),
        to,
        from,
        purpose: Purpose::Return,
        certificate: None,
    };
    let mut nowhere = registrant();
    nowhere.address = " ".to_owned();
    let own = Some(own_side("main"));
    assert!(matches!(
        book.does(1, with(own, nowhere)),
        Err(Refusal::Unsaid("the address of who receives it"))
    ));
    assert!(matches!(
        book.does(1, with(None, registrant())),
        Err(Refusal::Unsaid("the clinic's own name"))
    ));
    let other = Some(own_side("room"));
    assert_eq!(
        book.does(1, with(other, registrant())),
        Err(Refusal::OtherRegistration(place("main")))
    );
}

/// Units of the vials of the law below, of which the product is a denominator all can be counted in.
const STRENGTHS: [u64; 4] = [10_000, 50_000, 33_000, 7_000];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Counted another way, in parts of the product of all units: a transfer is written exactly when the
    /// year stays at or under five percent.
    #[test]
    fn a_transfer_is_written_exactly_when_the_year_stays_at_or_under_five_percent(
        vials in prop::collection::vec((0..4_usize, 1..40_u64, 1..4_u64, 0..4_u8), 1..30)
    ) {
        let mut book = Book::open();
        let each: Vec<(u64, u64)> = vials
            .iter()
            .map(|(which, sum, _, _)| (STRENGTHS[*which], sum * 5_000))
            .collect();
        receives(&mut book, "ketamine", "D", (100, &each));
        let product: u128 = STRENGTHS.iter().map(|one| u128::from(*one)).product();
        let (mut passed_on, mut given) = (0_u128, 0_u128);
        for (at, ((strength, content), (_, _, part, which))) in each.iter().zip(&vials).enumerate() {
            let parts = |amount: u64| u128::from(amount) * (product / u128::from(*strength));
            if *which == 0 {
                let after = passed_on + parts(*content);
                let fits = after * 20 <= after + given;
                let outcome = book.does(1, transfer(100 + at, Purpose::Dispensing));
                prop_assert_eq!(outcome.is_ok(), fits);
                if fits {
                    passed_on = after;
                }
            } else {
                gives(&mut book, 100 + at, content / part);
                given += parts(content / part);
            }
            let year = book.today.year();
            let stands = share(&book.register, year, &book.policy).unwrap();
            prop_assert!(!stands.is_over(5) || passed_on > 0);
            prop_assert_eq!(stands.distributed * product, passed_on * stands.parts);
            prop_assert_eq!(stands.dispensed * product, given * stands.parts);
        }
    }
}

#[test]
fn a_sum_too_large_to_compute_counts_as_too_much() {
    let far = ledger::Share {
        year: 2026,
        distributed: u128::MAX,
        dispensed: 1,
        parts: 1,
    };
    assert!(far.is_over(5));
    assert_eq!(far.per_mille(), None);
}
