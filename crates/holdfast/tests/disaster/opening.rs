//! What keeps a clinic from opening, and closing it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use testkit::Visitor;
use testkit::house::taken_port;

use crate::ground::{Ground, ask, ask_as_nobody, enquire, json, secret_in, sign_in};

#[test]
fn a_port_that_is_taken_is_one_sentence() {
    let ground = Ground::fresh();
    let (_held, address) = taken_port().unwrap();
    ground
        .ask(&["serve", "--listen", &address])
        .refused(2, &["cannot listen at", &address, "--listen"]);
    ground.ask(&["verify"]).done();
    ask(&["demo", "--listen", &address, "--patients", "1"]).refused(2, &["cannot listen at"]);
}

#[test]
fn a_second_server_on_one_file_is_one_sentence_and_the_first_goes_on_unharmed() {
    let ground = Ground::fresh();
    let first = ground.serve();
    ground
        .ask(&["serve", "--listen", "127.0.0.1:0"])
        .refused(2, &["another server has the journal at", "stop it first"]);
    ground
        .ask(&["person", "reset", "--sign-in", "admin"])
        .refused(2, &["another server has the journal at"]);
    assert!(enquire(first.address(), "Ada", &crate::ground::command("Ada")).is_some());
    assert_eq!(sign_in(first.address(), "admin", &ground.secret).1, 303);
    ground.ask(&["verify"]).done();
}

#[test]
fn a_server_killed_without_warning_leaves_no_lock_behind() {
    let ground = Ground::fresh();
    ground.serve().kill().unwrap();
    let again = ground.serve();
    assert_eq!(
        Visitor::of(again.address()).get("/health").unwrap().status,
        200
    );
}

#[test]
fn health_answers_with_the_version_and_how_far_the_journal_goes() {
    let ground = Ground::fresh();
    let before = ground.position();
    let house = ground.serve();
    let health = || json(&Visitor::of(house.address()).get("/health").unwrap().text());
    assert_eq!(health()["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health()["position"], before);
    enquire(house.address(), "Ada", &crate::ground::command("Ada")).unwrap();
    assert!(health()["position"].as_i64().unwrap() > before);
}

#[test]
fn a_journal_newer_than_the_program_is_refused_and_left_as_it_is() {
    let ground = Ground::fresh();
    let connection = rusqlite::Connection::open(ground.database().as_std_path()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    connection.close().unwrap();
    let before = std::fs::read(ground.database()).unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["verify"],
        &["person", "list"],
    ] {
        ground
            .ask(command)
            .refused(2, &["schema 99", "use a newer program"]);
    }
    assert_eq!(std::fs::read(ground.database()).unwrap(), before);
}

#[test]
fn a_clock_set_back_is_one_sentence_at_the_start_and_entries_keep_the_later_time() {
    let ground = Ground::fresh();
    let ahead = crate::ground::real_now() + jiff::SignedDuration::from_hours(2);
    // What a machine wrote whose clock ran two hours ahead.
    crate::erased::written_at(&ground, ahead, |operation, clinic| {
        clinic::act::registration::register_new(operation, clinic, crate::erased::a_person())
            .unwrap();
    });
    let mut house = ground.serve();
    assert_eq!(
        house
            .said()
            .matches("the clock of this machine says")
            .count(),
        1
    );
    assert!(enquire(house.address(), "Ada", &crate::ground::command("Ada")).is_some());
    let health = Visitor::of(house.address()).get("/health").unwrap().text();
    assert_eq!(json(&health)["clock_set_back"], true, "{health}");
    assert!(house.close().unwrap().success());
    ground.ask(&["verify"]).done();
}

#[test]
fn a_file_that_is_no_journal_is_refused() {
    let ground = Ground::fresh();
    std::fs::write(
        ground.database(),
        "minutes of a meeting, at some length".repeat(200),
    )
    .unwrap();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["verify"]] {
        ground
            .ask(command)
            .refused(2, &["is not a Holdfast journal"]);
    }
}

#[test]
fn a_folder_that_can_only_be_read_is_one_sentence() {
    let ground = Ground::fresh();
    let mut permissions = std::fs::metadata(ground.data()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(ground.data(), permissions.clone()).unwrap();
    let mut file = std::fs::metadata(ground.database()).unwrap().permissions();
    file.set_readonly(true);
    std::fs::set_permissions(ground.database(), file).unwrap();
    let probe = ground.data().join("probe");
    let said = if std::fs::write(&probe, "x").is_ok() {
        // Root writes wherever it likes, so the question is asked by one who may not.
        std::fs::remove_file(&probe).unwrap();
        let data = ground.data();
        let asked = ["serve", "--listen", "127.0.0.1:0", "--data", data.as_str()];
        match ground.give_to_nobody().and_then(|()| ask_as_nobody(&asked)) {
            Ok(said) => said,
            Err(error) => {
                testkit::skip(&format!(
                    "nothing can be run as another account here: {error}"
                ));
                return;
            }
        }
    } else {
        ground.ask(&["serve", "--listen", "127.0.0.1:0"])
    };
    assert!(matches!(said.code, Some(1 | 2)), "{said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    permissions.set_mode(0o700);
    std::fs::set_permissions(ground.data(), permissions).unwrap();
}

#[test]
fn a_server_asked_to_stop_stops_within_seconds_though_a_browser_holds_a_stream_open() {
    let ground = Ground::fresh();
    let nurse = [
        "--name",
        "Dana Whitlock RN",
        "--sign-in",
        "dana",
        "--role",
        "nurse",
    ];
    let said = ground
        .ask(&[&["person", "add"][..], &nurse].concat())
        .done();
    let mut house = ground.serve();
    let (visitor, _) = sign_in(house.address(), "dana", &secret_in(&said));
    let host = house.address().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let cookie = visitor.cookie("holdfast_sign_in").unwrap();
    write!(
        stream,
        "GET /live/board HTTP/1.1\r\nhost: {host}\r\ncookie: holdfast_sign_in={cookie}\r\n\r\n"
    )
    .unwrap();
    let mut heard = [0; 15];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"HTTP/1.1 200 OK");
    let asked = Instant::now();
    assert!(house.close().unwrap().success());
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "{:?}",
        asked.elapsed()
    );
    ground.ask(&["verify"]).done();
}
