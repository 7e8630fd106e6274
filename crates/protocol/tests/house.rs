//! What ships reads without a fault and holds everything it should.

#[test]
fn the_shipped_pack_reads_without_a_fault() {
    match protocol::house::pack() {
        Ok(pack) => assert!(pack.rules().len() > 100, "{}", pack.rules().len()),
        Err(faults) => {
            let all: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
            panic!("{}", all.join("\n"));
        }
    }
}

fn told(faults: &protocol::Faults) -> String {
    faults
        .0
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_example_gives_what_it_says() {
    let pack = protocol::house::pack().unwrap();
    let examples = protocol::house::examples().unwrap_or_else(|faults| panic!("{}", told(&faults)));
    let mut wrong = Vec::new();
    for example in &examples {
        let tried = example.try_on(&pack);
        if tried != protocol::Tried::AsExpected {
            wrong.push(format!(
                "{}:{}: {} should be {:?} and is {tried:?}",
                example.file, example.line, example.rule, example.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples.len() > 400, "{}", examples.len());
}

#[test]
fn every_rule_has_an_example_that_fires_one_that_does_not_and_one_with_an_input_missing() {
    let pack = protocol::house::pack().unwrap();
    let examples = protocol::house::examples().unwrap();
    let left_out = protocol::uncovered(&pack, &examples);
    assert!(
        left_out.is_empty(),
        "{}",
        told(&protocol::Faults(left_out.clone()))
    );
}

#[test]
fn the_nine_protocols_read_without_a_fault_and_two_are_for_reference_only() {
    let protocols =
        protocol::house::protocols().unwrap_or_else(|faults| panic!("{}", told(&faults)));
    assert_eq!(protocols.len(), 11, "two of the nine come in two files");
    let reference: Vec<&str> = protocols
        .iter()
        .filter(|one| one.standing != protocol::Standing::Prescribable)
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(reference, ["das-2019", "krupitsky-heroin-im"]);
    assert!(protocols.iter().all(|one| one.cap.amount.0 > 0));
}
