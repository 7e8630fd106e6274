//! Public pages drawn once for as long as what they say is the same, and served from memory.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use clinic::board::house::House;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress};

use super::{PAGES, lay};
use crate::app::App;

/// What stands in a drawn page where a token and a command go.
const TOKEN: &str = "@token@";
const COMMAND: &str = "@command@";

/// The pages drawn, and what was true of the clinic when they were.
pub(crate) struct Drawn {
    house: House,
    pages: BTreeMap<String, Leaf>,
}

/// A page drawn.
enum Leaf {
    /// The same for everyone.
    Still { plain: Bytes, gzip: Bytes },
    /// With a form, whose token is of the moment.
    Asking { plain: String, pieces: Vec<Piece> },
}

/// A piece of a page with a form, in order.
enum Piece {
    /// The same for everyone: deflated by itself up to a whole byte, with the checksum of what it says.
    Still(Vec<u8>, Crc),
    /// The token goes here.
    Token,
    /// The command goes here.
    Command,
}

/// Where drawn pages are kept.
#[derive(Default)]
pub(crate) struct Shelf(RwLock<Option<Arc<Drawn>>>);

impl Shelf {
    fn drawn(&self, app: &App) -> Arc<Drawn> {
        {
            let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(drawn) = kept.as_ref()
                && drawn.house == app.clinic.board().house
            {
                return Arc::clone(drawn);
            }
        }
        let house = app.clinic.board().house.clone();
        let drawn = Arc::new(Drawn {
            pages: PAGES
                .iter()
                .filter_map(|id| leaf(app, &house, id))
                .collect(),
            house,
        });
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Arc::clone(&drawn));
        drawn
    }
}

fn leaf(app: &App, house: &House, id: &str) -> Option<(String, Leaf)> {
    let desk = lay::Desk::new(app, house);
    let page = desk.page(id, TOKEN, COMMAND)?;
    let path = app.site.words.page(id)?.path.clone();
    let html = pages::site_page(&page).into_string();
    let leaf = if html.contains(TOKEN) {
        Leaf::Asking {
            pieces: pieces(&html),
            plain: html,
        }
    } else {
        Leaf::Still {
            gzip: zipped(html.as_bytes()),
            plain: html.into(),
        }
    };
    Some((path, leaf))
}

/// Compressed as well as can be: it is done once.
pub(crate) fn zipped(bytes: &[u8]) -> Bytes {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail; an empty answer would show at once in every test.
    let written = writer.write_all(bytes).and_then(|()| writer.finish());
    written.unwrap_or_default().into()
}

/// Cuts a page at its token and its command, and deflates what lies between.
fn pieces(html: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let next = [(TOKEN, true), (COMMAND, false)]
            .into_iter()
            .filter_map(|(mark, is_token)| Some((rest.find(mark)?, mark, is_token)))
            .min_by_key(|(at, _, _)| *at);
        let (before, after) = match next {
            Some((at, mark, _)) => {
                let (before, from) = rest.split_at(at);
                (before, from.strip_prefix(mark).unwrap_or_default())
            }
            None => (rest, ""),
        };
        if !before.is_empty() {
            let mut checksum = Crc::new();
            checksum.update(before.as_bytes());
            found.push(Piece::Still(deflated(before.as_bytes()), checksum));
        }
        match next {
            Some((_, _, true)) => found.push(Piece::Token),
            Some((_, _, false)) => found.push(Piece::Command),
            None => {}
        }
        rest = after;
    }
    found
}

/// Deflates bytes by themselves and ends at a whole byte, so that anything may follow (RFC 1951, 3.2.4).
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 1_024);
    let mut press = Compress::new(Compression::best(), false);
    // There is room for all of it; a test reads every page back.
    let _ = press.compress_vec(bytes, &mut out, FlushCompress::Full);
    out
}

/// Joins the pieces to one gzip stream (RFC 1952), the moment's own as blocks that are not compressed.
fn joined(pieces: &[Piece], token: &str, command: &str) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut checksum = Crc::new();
    for piece in pieces {
        match piece {
            Piece::Still(bytes, own) => {
                out.extend_from_slice(bytes);
                checksum.combine(own);
            }
            Piece::Token => put_plain(&mut out, &mut checksum, token),
            Piece::Command => put_plain(&mut out, &mut checksum, command),
        }
    }
    // The last block is empty.
    out.extend_from_slice(&[3, 0]);
    out.extend_from_slice(&checksum.sum().to_le_bytes());
    out.extend_from_slice(&checksum.amount().to_le_bytes());
    out
}

fn put_plain(out: &mut Vec<u8>, checksum: &mut Crc, text: &str) {
    let n = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.push(0);
    out.extend_from_slice(&n.to_le_bytes());
    out.extend_from_slice(&(!n).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    checksum.update(text.as_bytes());
}

/// Answers with a public page; nothing about who asks is read.
pub(crate) fn answer(app: &App, request: &Request) -> Response<Body> {
    let drawn = app.shelf.drawn(app);
    let Some(leaf) = drawn.pages.get(request.uri().path()) else {
        return missing();
    };
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let body = match leaf {
        Leaf::Still { gzip, .. } if takes_gzip(request.headers()) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            gzip.clone()
        }
        Leaf::Still { plain, .. } => plain.clone(),
        Leaf::Asking { plain, pieces } => {
            let token = app.form_key.token(app.clock.now());
            let command = app.fresh_command().to_string();
            if takes_gzip(request.headers()) {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                joined(pieces, &token, &command).into()
            } else {
                plain
                    .replace(TOKEN, &token)
                    .replace(COMMAND, &command)
                    .into()
            }
        }
    };
    *response.body_mut() = Body::from(body);
    response
}

/// What is no public page of ours.
pub(crate) fn missing() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Whether whoever asks reads gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let asked = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    asked.is_some_and(|asked| {
        asked.split(',').any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            name.trim() == "gzip" && !weight.replace(' ', "").starts_with("q=0")
        })
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_page_joined_from_its_pieces_is_read_as_the_page() {
        let words = "Ask for a free evaluation. ".repeat(400);
        let page = format!("{TOKEN}<p>{words}</p>{TOKEN}<b>{COMMAND}</b>{words}");
        let pieces = pieces(&page);
        for (token, command) in [("abc", "0190a8f1"), ("", ""), (&*"x".repeat(60_000), "y")] {
            let gzip = joined(&pieces, token, command);
            let mut text = String::new();
            let mut reader = flate2::read::GzDecoder::new(gzip.as_slice());
            assert!(
                reader.read_to_string(&mut text).is_ok(),
                "not a gzip stream"
            );
            assert!(text == page.replace(TOKEN, token).replace(COMMAND, command));
        }
    }
}
