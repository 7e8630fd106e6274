//! Bytes that must never change: what a first release wrote opens for ever.
//!
//! The values were computed from the documents of [`crate::chain`], [`crate::keys`] and
//! [`crate::seal`] by another program (Python's `hashlib` and `cryptography` 48.0.0), so they also
//! prove that the documents say what the code does.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use record::RecordedAt;
use uuid::Uuid;

use crate::chain::{Digest, Header, body, clinic_genesis, link, stream_genesis};
use crate::checkpoint::Checkpoint;
use crate::entry::SealedEntry;
use crate::identifier::{Author, ClinicId, CommandId, Position, StreamId, StreamKind, Version};
use crate::keys::{Keyring, MasterKey, NewKeys, WrappedKey};

const CLINIC: ClinicId = ClinicId(Uuid::from_u128(0xC11));
const STREAM: StreamId =
    StreamId::new(StreamKind::literal("patient"), Uuid::from_u128(0x000A_11CE));

const HEADER: &str = "4846454e5452593100000000000000000000000000000c11000000000000000507706174\
    69656e74000000000000000000000000000a11ce00000000000000020006479f721cc2400000000000000000000000\
    0000c0ffee000109706572736f6e5f3031056e7572736503776562";
const BODY: &str = "708c43f0270a426a8b590e7ae6f0d4cc84df743507033c441dd0e3cb0f31be1f";
const CLINIC_GENESIS: &str = "72eb7be6bfd27a7cbc97758f8741c8cca12097636b082766da7f25796536b418";
const STREAM_GENESIS: &str = "eb68ad7f9999ea7b885ce2f9fccde25575733961a7ab0ed53b664d1c6efa1550";
const LINK: &str = "6cc2fb9bcd9f3d454b79afebf5023c5a9967aefca414c289d03f8094743ab2d0";

const CLINIC_KEY: &str = "111111111111111111111111a08606bc17eb5c372ee29822aa738507b7bc689a38617e\
    1e028a58bedcfb6392fa2e00577d08611d512509dfd96b9143";
const SIGNING_KEY: &str = "1212121212121212121212128baa9a7ab0947ef65d6b677caf5424283ea8ed0188757\
    eb5ec5f0cfedded3d2fd75608fef42846c8dd7251531c14cfa1";
const DATA_KEY: &str = "1313131313131313131313137ce77854ccb72ee8e8230bacbcba8afd8f7b377cd25ccccb\
    6c8fe4d6c668000479e253599abfc7655c9f55e6fa2a536c";
const SEALED: &str = "141414141414141414141414c0d3a96fb7400f736228c62ce680dd03cf09db567cc54bd400\
    bad85b3149322b2a2d7b42ee3b70eb109c2f";
const RIM_ROW: &str = "15151515151515151515151520dc0f60cbd9e25c59c8b27118f658affb49206436";

const CHECKPOINT: &str = "\
holdfast checkpoint 1
clinic 00000000-0000-0000-0000-000000000c11
position 5
head 6cc2fb9bcd9f3d454b79afebf5023c5a9967aefca414c289d03f8094743ab2d0
at 2026-01-05T08:00:00.123456Z
key ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1
signature 4fc3173b81aa9a83e6e45eb0a47e6e0a48239b447da5acece32bf6077222dd11d4d3c6c5bfce83eb9347bf79\
ac1f3b4638e220f39488427246e85225c20d280d
";

fn at() -> RecordedAt {
    RecordedAt(Timestamp::from_microsecond(1_767_600_000_123_456).unwrap())
}

fn entry(sealed: Vec<u8>) -> SealedEntry {
    SealedEntry {
        position: Position(5),
        stream: STREAM,
        version: Version(2),
        recorded_at: at(),
        author: Arc::new(Author::new("person_01", "nurse", "web").unwrap()),
        command: CommandId(Uuid::from_u128(0x00C0_FFEE)),
        ordinal: 1,
        sealed,
        hash: Digest::default(),
    }
}

fn header(entry: &SealedEntry) -> Vec<u8> {
    let mut header = Vec::new();
    Header::of(CLINIC, entry).encode_into(&mut header);
    header
}

fn wrapped(hex: &str) -> WrappedKey {
    WrappedKey(HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap())
}

fn keyring() -> Keyring {
    let keys = NewKeys {
        clinic_key: wrapped(CLINIC_KEY),
        signing_key: wrapped(SIGNING_KEY),
    };
    Keyring::open(CLINIC, &MasterKey::from_bytes([7; 32]), &keys)
        .unwrap_or_else(|_| unreachable!("the keys of the first release open"))
}

#[test]
fn the_encoding_of_an_entry_and_its_links_are_frozen() {
    let entry = entry((0..40).collect());
    let header = header(&entry);
    assert_eq!(HEXLOWER.encode(&header), HEADER);
    let body = body(&header, &entry.sealed);
    assert_eq!(body.to_string(), BODY);
    let (clinic, stream) = (clinic_genesis(CLINIC), stream_genesis(CLINIC, STREAM));
    assert_eq!(
        (clinic.to_string(), stream.to_string()),
        (CLINIC_GENESIS.into(), STREAM_GENESIS.into())
    );
    assert_eq!(link(body, clinic, stream).to_string(), LINK);
}

#[test]
fn an_entry_sealed_by_the_first_release_opens() {
    let sealed = HEXLOWER.decode(SEALED.as_bytes()).unwrap();
    let keys = keyring();
    let key = keys
        .data_key(STREAM, &wrapped(DATA_KEY))
        .unwrap()
        .ready()
        .unwrap();
    let header = header(&entry(Vec::new()));
    assert_eq!(
        key.open(&header, sealed).unwrap(),
        b"sealed by the first release"
    );
}

#[test]
fn a_rim_row_sealed_by_the_first_release_opens() {
    let sealed = HEXLOWER.decode(RIM_ROW.as_bytes()).unwrap();
    let label = crate::rim::rim_label(CLINIC, "session", "a");
    assert_eq!(keyring().rim().open(&label, sealed).unwrap(), b"a row");
}

#[test]
fn a_checkpoint_printed_by_the_first_release_reads_and_is_signed_the_same() {
    let signed = Checkpoint::sign(
        &keyring(),
        CLINIC,
        Position(5),
        Digest::parse(LINK).unwrap(),
        at(),
    );
    assert_eq!(signed.to_string(), CHECKPOINT);
    assert_eq!(Checkpoint::parse(CHECKPOINT).unwrap(), signed);
    let mailed = format!(
        "Dear clinic,\r\n\r\n  {}",
        CHECKPOINT.replace('\n', "  \r\n\r\n")
    );
    assert_eq!(Checkpoint::parse(&mailed).unwrap(), signed);
    for mistyped in [
        CHECKPOINT.replace("position 5", "position 6"),
        CHECKPOINT.replace("ed49", "ed48"),
    ] {
        assert!(Checkpoint::parse(&mistyped).is_err());
    }
}
