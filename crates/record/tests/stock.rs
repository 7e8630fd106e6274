//! The lines of the register are for ever: each act and each fact is read, and written in the same bytes.

use record::stock::account::Account;
use record::stock::line::{Act, Fact};

const SESSION: &str = "ses_01kjqdzax0e15brvqkebz99y1a";
const PERSON: &str = "per_01kjqeaaf0e4mb3eydsfx57r58";

/// One of every act, as a released program wrote it.
const ACTS: &[&str] = &[
    r#"{"register":{"id":"Cabinet A","registration":"BT4408812","expires":"2028-06-30"}}"#,
    r#"{"receive":{"location":"Cabinet A","supplier":{"name":"Casco","address":"1 Wharf","registration":"RC1"},"invoice":"77","drug":"ketamine 10 mg/mL","lot":"K26-318","expires":"2027-11-30","vials":[{"id":"V-1","strength":10000,"content":200000}]}}"#,
    r#"{"move":{"vial":"V-1","to":"Cabinet B"}}"#,
    r#"{"issue":{"vial":"V-1","session":"SES"}}"#,
    r#"{"draw":{"session":"SES","vial":"V-1","amount":62000}}"#,
    r#"{"give":{"session":"SES","vial":"V-1","amount":62000}}"#,
    r#"{"waste":{"dose":{"session":"SES","vial":"V-1","amount":138000},"from":"syringe","giver":"PER","witness":"PER","method":"Bottle"}}"#,
    r#"{"return":{"vial":"V-1","session":"SES","to":"Cabinet A"}}"#,
    r#"{"transfer":{"vial":"V-1","to":{"name":"Bay Clinic","address":"2 Wharf","registration":"RB1"}}}"#,
    r#"{"destroy":{"vial":"V-1","second":"PER","method":"Incinerated"}}"#,
    r#"{"lose":{"vial":"V-1","from":{"cabinet":"Cabinet A"},"amount":1000,"kind":"theft","discovered":"2027-02-01","circumstances":"Door forced"}}"#,
    r#"{"count":{"location":"Cabinet A","lot":"K26-318","found":{"V-1":200000}}}"#,
    r#"{"explain":{"case":{"command":"c","part":1},"text":"Label"}}"#,
    r#"{"close_case":{"case":{"command":"c","part":1}}}"#,
    r#"{"correct":{"of":{"command":"c","part":0},"vial":"V-1","amount":0,"why":"Slip","witness":null}}"#,
    r#"{"take_inventory":{"location":"Cabinet A","kind":"biennial","moment":"close"}}"#,
    r#"{"close_session":{"session":"SES"}}"#,
];

/// What follows from acts.
const FOLLOWING: &[&str] = &[
    r#"{"case_opened":{"location":"Cabinet A","lot":"K26-318","differences":[{"vial":"V-1","expected":200000,"found":0}]}}"#,
    r#"{"held":[{"drug":"ketamine 10 mg/mL","lot":"K26-318","vials":1,"amount":200000}]}"#,
];

const ACCOUNTS: &[&str] = &[
    r#""received""#,
    r#""surplus""#,
    r#"{"cabinet":"Cabinet A"}"#,
    r#"{"vial":"SES"}"#,
    r#"{"syringe":"SES"}"#,
    r#""given""#,
    r#""wasted""#,
    r#""transferred""#,
    r#""destroyed""#,
    r#""lost""#,
    r#""missing""#,
];

fn named(text: &str) -> String {
    text.replace("SES", SESSION).replace("PER", PERSON)
}

#[test]
fn every_act_and_account_of_the_register_is_written_in_the_same_bytes_as_ever()
-> Result<(), serde_json::Error> {
    for text in ACTS.iter().map(|text| named(text)) {
        let act: Act = serde_json::from_str(&text)?;
        assert_eq!(serde_json::to_string(&act)?, text);
    }
    for text in FOLLOWING {
        let fact: Fact = serde_json::from_str(text)?;
        assert_eq!(serde_json::to_string(&fact)?, *text);
    }
    for text in ACCOUNTS.iter().map(|text| named(text)) {
        let account: Account = serde_json::from_str(&text)?;
        assert_eq!(serde_json::to_string(&account)?, text);
    }
    Ok(())
}
