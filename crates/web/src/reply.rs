//! What a page answers.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use maud::Markup;

/// What a page answers.
pub(crate) enum Reply {
    /// A page.
    Page(Markup),
    /// A page with another status.
    PageWith(u16, Markup),
    /// Go to another page, after something was done.
    SeeOther(String),
    /// Go to another page, signed in with this token, or out with none.
    SignedIn(Option<String>, String),
    /// Go to another page of a link, on a phone that has shown whose it is.
    Passed(String, String),
    /// A file to keep: its kind, its name and its bytes.
    File(&'static str, String, Vec<u8>),
    /// Plain text or data.
    Data(&'static str, String),
}

impl Reply {
    /// Turns it into a response.
    pub(crate) fn into_response(self, is_behind_tls: bool) -> Response<Body> {
        match self {
            Self::Page(markup) => page(StatusCode::OK, markup),
            Self::PageWith(status, markup) => page(
                StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
                markup,
            ),
            Self::SeeOther(to) => see_other(&to),
            Self::SignedIn(token, to) => {
                let mut response = see_other(&to);
                if let Ok(cookie) = HeaderValue::from_str(&cookie(token.as_deref(), is_behind_tls))
                {
                    response.headers_mut().insert(header::SET_COOKIE, cookie);
                }
                response
            }
            Self::Passed(pass, to) => {
                let secure = if is_behind_tls { "; Secure" } else { "" };
                let place = to.split('/').nth(1).unwrap_or_default();
                let cookie = format!(
                    "{PASS}={pass}; Path=/{place}; HttpOnly; SameSite=Lax; Max-Age=3600{secure}"
                );
                let mut response = see_other(&to);
                if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                    response.headers_mut().insert(header::SET_COOKIE, cookie);
                }
                response
            }
            Self::File(kind, name, bytes) => file(kind, &name, bytes),
            Self::Data(kind, text) => with_type(StatusCode::OK, kind, text),
        }
    }
}

/// The name of the cookie that holds a sign-in's token.
pub(crate) const COOKIE: &str = "holdfast_sign_in";

/// The name of the cookie that holds the pass of a phone to a patient's link.
pub(crate) const PASS: &str = "holdfast_pass";

fn cookie(token: Option<&str>, is_behind_tls: bool) -> String {
    let secure = if is_behind_tls { "; Secure" } else { "" };
    match token {
        Some(token) => {
            format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200{secure}")
        }
        None => format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}

fn page(status: StatusCode, markup: Markup) -> Response<Body> {
    with_type(status, "text/html; charset=utf-8", markup.into_string())
}

fn with_type(status: StatusCode, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A file is opened where the browser can, and is saved under its name.
fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(how) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, how);
    }
    response
}

fn see_other(to: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/today"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}
