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
