//! The way machines come in: a bounded body, no cookie, and an answer of a status and a sentence.
//!
//! Each proves who it is by its own means, a token or a signature, which its handler asks for.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};

use crate::app::App;

/// A door for one kind of machine.
#[derive(Clone, Copy)]
pub(crate) struct Machine {
    /// The longest body it takes, in bytes.
    pub(crate) bytes_max: usize,
    /// What is said of a longer one.
    pub(crate) too_long: &'static str,
    /// How the answer is written.
    pub(crate) tongue: Tongue,
    /// What answers.
    pub(crate) answer: fn(&App, &Heard) -> (u16, String),
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// The sentence.
    Text,
    /// An object with the sentence under `said` or `refused`.
    Json,
}

/// What a machine sent.
pub(crate) struct Heard {
    headers: HeaderMap,
    /// Its body.
    pub(crate) body: Bytes,
}

impl Heard {
    /// A header, where it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Reads what a machine sent, and answers.
pub(super) async fn answer(app: &Arc<App>, request: Request, machine: Machine) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, machine.bytes_max).collect().await else {
        return told(413, machine.too_long, machine.tongue);
    };
    let heard = Heard {
        headers: parts.headers,
        body: body.to_bytes(),
    };
    let app = Arc::clone(app);
    let answered = tokio::task::spawn_blocking(move || (machine.answer)(&app, &heard)).await;
    let (status, said) = answered.unwrap_or_else(|bug| {
        tracing::error!(error = %bug, "a machine's word stopped on a bug; nothing was half written");
        (500, "Something went wrong here: send it again".to_owned())
    });
    told(status, &said, machine.tongue)
}

fn told(status: u16, said: &str, tongue: Tongue) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let (kind, body) = match tongue {
        Tongue::Text => ("text/plain; charset=utf-8", said.to_owned()),
        Tongue::Json => {
            let key = if status.is_success() {
                "said"
            } else {
                "refused"
            };
            (
                "application/json",
                serde_json::json!({ key: said }).to_string(),
            )
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
