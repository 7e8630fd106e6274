//! Who the made-up patients are, and how they fare.

use jiff::civil::{Date, date};
use record::fact::enquiry::{ContactWay, EnquiryReceived, EnquiryVia, Reach};
use record::fact::person::Identity;
use record::words::{Line, Prose, Sex, Substance, YesNo};

use crate::chance::Seeded;

const GIVEN: &[(&str, Sex)] = &[
    ("Samuel", Sex::Male),
    ("Rowan", Sex::Other),
    ("Halima", Sex::Female),
    ("Theo", Sex::Male),
    ("Nadia", Sex::Female),
    ("Marcus", Sex::Male),
    ("Farah", Sex::Female),
    ("Lena", Sex::Female),
    ("Ruth", Sex::Female),
    ("Callum", Sex::Male),
    ("Owen", Sex::Male),
    ("Petra", Sex::Female),
    ("Bea", Sex::Female),
    ("Ines", Sex::Female),
    ("Arun", Sex::Male),
    ("Greta", Sex::Female),
    ("Felix", Sex::Male),
    ("Noor", Sex::Female),
    ("Wim", Sex::Male),
    ("Yara", Sex::Female),
    ("Jonas", Sex::Male),
    ("Mei", Sex::Female),
    ("Tomas", Sex::Male),
    ("Aisha", Sex::Female),
];

const FAMILY: &[&str] = &[
    "Adeyemi",
    "Pell",
    "Yusuf",
    "Marsh",
    "Brandt",
    "Oyelaran",
    "Sayed",
    "Ostrow",
    "Calder",
    "Reyes",
    "Blackwood",
    "Vance",
    "Lindholm",
    "Moreau",
    "Mehta",
    "Solheim",
    "Baptiste",
    "Haddad",
    "de Graaf",
    "Tanaka",
    "Novak",
    "Okonkwo",
    "Farrell",
    "Castro",
    "Iversen",
    "Marchetti",
    "Dunne",
    "Kaplan",
];

const WISHES: &[&str] = &[
    "I have stopped before. I never stay stopped.",
    "My sister said you might help. Evenings are the worst.",
    "I want to know what it costs and if I can keep working.",
    "Detox was in the spring. It held for six weeks.",
    "I am tired of starting again.",
];

/// How someone answers once their ninety days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Answers nearly every day.
    Faithful,
    /// Answers less and less.
    Fading,
    /// Answers, and returns to use now and then.
    Lapsing,
    /// Falls silent after a while.
    Silent,
}

/// A made-up person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who they are.
    pub identity: Identity,
    /// What they ask.
    pub enquiry: EnquiryReceived,
    /// What they are treated for.
    pub substance: Substance,
    /// How they answer.
    pub manner: Manner,
    /// Their weight, in grams.
    pub weight_g: u32,
    /// Their resting upper and lower pressure.
    pub pressure: (u16, u16),
}

impl Person {
    /// Makes the person of a number.
    pub fn make(number: usize, today: Date, chance: &mut Seeded) -> Self {
        let (given, sex) = *chance.one_of(GIVEN).unwrap_or(&("Sam", Sex::NotRecorded));
        let family = *chance.one_of(FAMILY).unwrap_or(&"Doe");
        let age = chance.between(22, 63);
        let year = today.year() - i16::try_from(age).unwrap_or(40);
        let month = i8::try_from(chance.between(1, 12)).unwrap_or(1);
        let day = i8::try_from(chance.between(1, 28)).unwrap_or(1);
        let born = Date::new(year, month, day).unwrap_or(date(1984, 3, 14));
        let by_phone = chance.percent(70);
        let reach = Reach {
            phone: Some(Line::clipped(&format!("207 555 {:04}", 100 + number % 900))),
            email: (!by_phone).then(|| Line::clipped(&format!("person{number}@example.org"))),
            prefers: if by_phone {
                ContactWay::Phone
            } else {
                ContactWay::Email
            },
            safe_to_leave_message: if chance.percent(60) {
                YesNo::Yes
            } else {
                YesNo::No
            },
        };
        let substance = Substance::new("alcohol").unwrap_or_else(|_| unreachable!("a plain word"));
        let manner = match chance.below(10) {
            0..=3 => Manner::Faithful,
            4..=5 => Manner::Fading,
            6..=8 => Manner::Lapsing,
            _ => Manner::Silent,
        };
        let upper = u16::try_from(chance.between(108, 138)).unwrap_or(120);
        let lower = u16::try_from(chance.between(64, 86)).unwrap_or(78);
        Self {
            identity: Identity {
                given: Line::clipped(given),
                family: Some(Line::clipped(family)),
                preferred: None,
                pronouns: Some(pronouns(sex)),
                born: Some(born),
                age_years: None,
                sex,
                record_number: Some(Line::clipped(&format!("TH {:04}", 200 + number))),
                reach: Some(reach.clone()),
                address: (!number.is_multiple_of(5))
                    .then(|| Line::clipped(&format!("{} Pier Road, Portland", 3 + number * 2))),
            },
            enquiry: EnquiryReceived {
                name: Line::clipped(given),
                reach,
                substance: Some(substance.clone()),
                about: chance
                    .one_of(WISHES)
                    .filter(|_| !number.is_multiple_of(3))
                    .map(|wish| Prose::clipped(wish)),
                via: *chance.one_of(EnquiryVia::ALL).unwrap_or(&EnquiryVia::Form),
                agreed_to_contact: true,
            },
            substance,
            manner,
            weight_g: u32::try_from(chance.between(54, 104) * 1_000 + chance.between(0, 9) * 100)
                .unwrap_or(70_000),
            pressure: (upper, lower),
        }
    }
}

fn pronouns(sex: Sex) -> Line {
    let words = match sex {
        Sex::Female => "she/her",
        Sex::Male => "he/him",
        Sex::Other | Sex::NotRecorded => "they/them",
    };
    Line::clipped(words)
}
