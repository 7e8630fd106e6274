//! Samples: the start page met and returned to mend, a page of claims, help, and the thanks.

use super::{
    Grade, Run, Sentence, SiteAsk, SiteClaim, SiteFrame, SiteHarm, SiteMisreport, SitePage,
    SitePart, SitePiece, SitePlace, Urgent, runs,
};
use crate::form::{Form, FormWords};
use crate::screen::public::{AskWords, enquiry_form, field};

const NUMBERS: &[(&str, &str)] = &[
    ("emergency", "911"),
    ("crisis", "988"),
    ("phone", "207 555 0100"),
];

fn say(text: &str) -> Sentence {
    runs(text, &[("reader", "Maria Castellanos")], NUMBERS)
}

fn frame(title: &str, here: &str) -> SiteFrame {
    let place = |href: &str, text: &str| SitePlace {
        href: href.into(),
        text: text.into(),
        is_here: href == here,
    };
    SiteFrame {
        language: "en-US".into(),
        clinic: "Tern Harbour Clinic".into(),
        assets: "/assets".into(),
        sheets: ["ground", "form", "patient", "site"]
            .map(str::to_owned)
            .to_vec(),
        title: format!("{title}, Tern Harbour Clinic"),
        description: "Help to stay stopped.".into(),
        csrf: "sample-token".into(),
        skip: "Skip to the page".into(),
        help_now: "Help now".into(),
        danger: say(
            "In danger now? Call {emergency}. To talk to someone, call or text {crisis}, day or night.",
        ),
        foot: vec![
            say(
                "Tern Harbour Clinic, 14 Quay Street, Port Ellery, Maine. {phone}, weekdays 8 to 6.",
            ),
            say("Call or text {crisis}, day or night."),
        ],
        pages: "All pages".into(),
        more: "Read more".into(),
        places: vec![
            place("/", "Start"),
            place("/studies", "What the studies show"),
            place("/help", "Help now"),
        ],
        ask: ("/evaluation".into(), "Ask for a free evaluation".into()),
        sign_in: "Patients and staff: sign in".into(),
    }
}

fn ask_words() -> AskWords {
    let two = |one: &str, other: &str| [one.to_owned(), other.to_owned()];
    AskWords {
        name: (
            "What should we call you?".into(),
            "A first name is enough".into(),
        ),
        by: (
            "How should we reach you?".into(),
            ["Call".into(), "Text".into(), "Email".into()],
        ),
        reach: (
            "Phone number or email address".into(),
            "For example 207 555 0142".into(),
        ),
        message: (
            "If someone else answers, may we say who we are?".into(),
            two("No, say only a first name", "Yes"),
        ),
        safe: (
            "Are you safe right now?".into(),
            "If you are not, help shows at once, and one of us is told.".into(),
            two("Yes", "No"),
        ),
        about: "Is there something you want us to know first?".into(),
        consent: "You may contact me about a free evaluation".into(),
        small:
            "What you write is kept under the federal rules for addiction records (42 CFR Part 2)."
                .into(),
        send: "Send".into(),
        form: FormWords::default(),
    }
}

fn page(title: &str, here: &str, heading: &str, parts: Vec<SitePart>) -> SitePage {
    SitePage {
        frame: frame(title, here),
        heading: heading.into(),
        lead: None,
        ask_first: None,
        urgent: None,
        parts,
    }
}

fn part(heading: Option<&str>, pieces: Vec<SitePiece>) -> SitePart {
    SitePart {
        heading: heading.map(str::to_owned),
        pieces,
    }
}

fn ask(heading: Option<&str>, form: Form) -> SitePiece {
    SitePiece::Ask(Box::new(SiteAsk {
        heading: heading.map(str::to_owned),
        lead: say("{reader} reads every answer and replies by the end of the next working day."),
        form,
        trap: "Leave this empty".into(),
        small: say("[What happens to what you write](/what-we-keep)"),
    }))
}

fn urgent(heading: Option<&str>) -> Urgent {
    Urgent {
        heading: heading.map(str::to_owned),
        call: ("988".into(), "Call 988".into()),
        text: ("988".into(), "Text 988".into()),
        say: vec![say("If someone has taken too much, call {emergency}.")],
    }
}

impl SitePage {
    /// The start page, the same form returned with answers to mend, claims, and help.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let mut start = page(
            "Help to stay stopped",
            "/",
            "Stopping is one thing. Staying stopped is another.",
            vec![
                part(
                    Some("What we know, and what we do not"),
                    vec![SitePiece::Say(say(
                        "It does not suit everyone. [Who should not have it](/risks)",
                    ))],
                ),
                part(
                    None,
                    vec![ask(
                        Some("Ask for a free evaluation"),
                        enquiry_form(&ask_words()),
                    )],
                ),
            ],
        );
        start.lead = Some(say("We treat addiction to alcohol and other drugs."));
        start.ask_first = Some("It is free, and you decide nothing that day.".into());
        let sent: Vec<(String, String)> = [
            (field::NAME, "Ruth"),
            (field::BY, "call"),
            (field::REACH, "207 555 014"),
        ]
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
        let mended = enquiry_form(&ask_words()).keep(&sent).wrong(
            field::REACH,
            "This phone number is too short. Please check it.",
        );
        let again = page(
            "Please check",
            "/evaluation",
            "Ask for a free evaluation",
            vec![part(None, vec![ask(None, mended)])],
        );
        let help = page(
            "Help now",
            "/help",
            "Help now",
            vec![part(None, vec![SitePiece::Crisis(urgent(None))])],
        );
        vec![
            ("met", start),
            ("to_mend", again),
            ("studies", studies()),
            ("help", help),
        ]
    }

    /// The thanks after an enquiry, and the same for somebody in danger.
    pub fn thanks_samples() -> Vec<(&'static str, Self)> {
        let thanks = page(
            "Your message is in",
            "/evaluation",
            "Thank you. Your message is in.",
            vec![part(
                Some("What happens now"),
                vec![
                    SitePiece::Days(vec![
                        ("Who".into(), say("{reader} reads this.")),
                        ("By".into(), say("Tue 24 Nov, 18:00")),
                        ("How".into(), say("We will call the number you gave.")),
                    ]),
                    SitePiece::Say(say(
                        "Receipt 7K4Q2M. Name it if you hear nothing, and call {phone}.",
                    )),
                ],
            )],
        );
        let mut first = thanks.clone();
        first.urgent = Some(urgent(Some("Please get help now")));
        vec![("by_call", thanks), ("in_danger", first)]
    }
}

fn studies() -> SitePage {
    let claim = SiteClaim {
        id: "alcohol-abstinence".into(),
        claim: "Helps people who drink stay sober".into(),
        say: "In one study, people given ketamine had about 10 more sober days in 100.".into(),
        grade: Grade {
            word: "Low".into(),
            marks: 2,
        },
        how_sure: "How sure".into(),
        means: "Low. New studies are likely to change this.".into(),
        behind: "The studies behind this".into(),
        lists: vec![
            ("For".into(), vec!["Grabski 2022, 96 people".into()]),
            (
                "What nobody knows yet".into(),
                vec!["anything past one year".into()],
            ),
        ],
    };
    let harm = SiteHarm {
        harm: "Blood pressure rises".into(),
        say: "Your blood pressure goes up for a while.".into(),
        seen: "In 684 infusions none was stopped.".into(),
    };
    let misreport = SiteMisreport {
        says: "Forty randomised trials.".into(),
        instead: "It is 31.".into(),
    };
    let team = vec![(
        "Maria Castellanos".to_owned(),
        "coordinator".to_owned(),
        vec![Run::Words("Answers the phone.".into())],
    )];
    page(
        "What the studies show",
        "/studies",
        "What the studies show, and what they do not",
        vec![
            part(
                Some("What people say, and what was found"),
                vec![SitePiece::Claims(vec![claim])],
            ),
            part(
                Some("What can go wrong"),
                vec![SitePiece::Harms(vec![harm])],
            ),
            part(
                Some("A sentence you may have seen"),
                vec![SitePiece::Misreport(misreport)],
            ),
            part(
                Some("What we do"),
                vec![
                    SitePiece::List(vec![say("A nurse is with you.")]),
                    SitePiece::Team(team),
                ],
            ),
            part(
                None,
                vec![SitePiece::Questions(vec![(
                    "Will it cure me?".into(),
                    say("No one can promise that."),
                )])],
            ),
        ],
    )
}
