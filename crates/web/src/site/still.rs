//! Public pages drawn once for as long as what they say is the same, and served from memory.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use clinic::board::house::House;
use flate2::Compression;
use flate2::write::GzEncoder;

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
    Asking(String),
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
        Leaf::Asking(html)
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
        Leaf::Asking(html) => html
            .replace(TOKEN, &app.form_key.token(app.clock.now()))
            .replace(COMMAND, &app.fresh_command().to_string())
            .into(),
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
