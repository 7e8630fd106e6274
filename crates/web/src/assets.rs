//! Style sheets, font and script, embedded in the program and named by their content.

use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::site::still;

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// The path under which assets are served: the digest in it lets browsers keep them for good.
pub(crate) fn base() -> &'static str {
    static BASE: OnceLock<String> = OnceLock::new();
    BASE.get_or_init(|| {
        let mut names: Vec<_> = Assets::iter().collect();
        names.sort();
        let mut digests = String::new();
        for name in &names {
            if let Some(file) = Assets::get(name) {
                digests.push_str(&data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()));
            }
        }
        let all = clinic::digest::hexadecimal(&digests);
        format!("/assets/{}", all.get(..16).unwrap_or("now"))
    })
}

/// The text of an asset that is served at an address of its own too.
pub(crate) fn text(name: &str) -> Option<String> {
    String::from_utf8(Assets::get(name)?.data.into_owned()).ok()
}

/// The sheets of the public pages, sent as one so that a slow line waits once.
const PUBLIC: [&str; 4] = ["ground.css", "form.css", "patient.css", "site.css"];

fn public_sheet(takes_gzip: bool) -> Response<Body> {
    static SHEET: OnceLock<(Bytes, Bytes)> = OnceLock::new();
    let (plain, gzip) = SHEET.get_or_init(|| {
        let mut sheet = Vec::new();
        for name in PUBLIC {
            if let Some(file) = Assets::get(name) {
                sheet.extend_from_slice(&file.data);
            }
        }
        let gzip = still::zipped(&sheet);
        (sheet.into(), gzip)
    });
    let body = if takes_gzip { gzip } else { plain };
    let mut response = sent(Body::from(body.clone()), "text/css; charset=utf-8");
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if takes_gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// One asset.
pub(crate) fn asset(name: &str, asked: &HeaderMap) -> Response<Body> {
    if name == "public.css" {
        return public_sheet(still::takes_gzip(asked));
    }
    let Some(file) = Assets::get(name) else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    };
    sent(Body::from(file.data), kind)
}

fn sent(body: Body, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let keep = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, keep);
    response
}
