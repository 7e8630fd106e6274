//! The door itself: every request passes here, is read strictly, and leaves with the same headers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequestParts as _, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use clinic::act::sign_in::{self, SignIn};
use clinic::denied::Denied;
use http_body_util::{BodyExt as _, Limited};
use pages::frame::CSRF_FIELD;
use pages::screen::trouble::{Trouble, TroublePage};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::{COOKIE, PASS, Reply};
use crate::routes::{Access, Handler};
use crate::sent::Sent;
use crate::site::still;
use crate::{live, trouble};

pub(crate) mod machine;

/// The largest form, in bytes.
pub(crate) const FORM_BYTES_MAX: usize = 256 * 1024;

/// The form of the public pages: one that lay open too long is drawn again with its words kept, and not
/// refused. It changes nothing for who is signed in.
const PUBLIC_FORM: &str = "/enquiries/new";

/// The form that signs in. One whose token is too old is drawn again with its sentence, and one that was
/// drawn before somebody signed in is good in their browser too: a tablet is handed from person to person.
const SIGN_IN_FORM: &str = "/sign-in";

/// Answers one request.
pub(crate) async fn answer(
    app: Arc<App>,
    request: Request,
    access: Access,
    handler: Handler,
) -> Response<Body> {
    if let Handler::Still = handler {
        let mut response = still::answer(&app, &request);
        guard(response.headers_mut(), app.settings.is_behind_tls);
        return response;
    }
    if let Handler::Machine(of) = handler {
        let mut response = machine::answer(&app, request, of).await;
        guard(response.headers_mut(), app.settings.is_behind_tls);
        return response;
    }
    let mut response = match read(&app, request, access).await {
        Ok(ask) => match handler {
            Handler::Still | Handler::Machine(_) => still::missing(),
            Handler::Page(page) => on_page(&app, ask, page).await,
            Handler::Live(of) => match of(&app, &ask) {
                Ok(of) => live::stream(&app, &ask, of),
                Err(no) => trouble::denied(&app, &ask, &no).into_response(false),
            },
        },
        Err(response) => *response,
    };
    guard(response.headers_mut(), app.settings.is_behind_tls);
    response
}

async fn on_page(
    app: &Arc<App>,
    ask: Ask,
    page: fn(&App, &Ask) -> Result<Reply, Denied>,
) -> Response<Body> {
    let app = Arc::clone(app);
    let is_behind_tls = app.settings.is_behind_tls;
    let answered = tokio::task::spawn_blocking(move || {
        page(&app, &ask).unwrap_or_else(|no| trouble::denied(&app, &ask, &no))
    })
    .await;
    match answered {
        Ok(reply) => reply.into_response(is_behind_tls),
        Err(bug) => {
            tracing::error!(error = %bug, "a page stopped on a bug; nothing was half written");
            let mut response = Response::new(Body::from("Something went wrong on our side."));
            *response.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

/// Reads a request, or answers at once why it cannot be let in.
async fn read(
    app: &Arc<App>,
    request: Request,
    access: Access,
) -> Result<Ask, Box<Response<Body>>> {
    let now = app.clock.now();
    let (mut parts, body) = request.into_parts();
    let names = RawPathParams::from_request_parts(&mut parts, &())
        .await
        .map(|names| {
            names
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        })
        .unwrap_or_default();
    let token = cookie(&parts.headers, COOKIE);
    let mut ask = Ask {
        sign_in: None,
        token,
        pass: cookie(&parts.headers, PASS),
        host: parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .map(str::to_owned),
        path: parts.uri.path().to_owned(),
        names,
        query: Sent::default(),
        sent: Sent::default(),
        now,
        drawn_at: app.last_change(),
        from: address(app, &parts),
    };
    let refuse = |ask: &Ask, what: Trouble| {
        let page = TroublePage::new(what);
        let reply = Reply::PageWith(what.status(), trouble::drawn(app, ask, &page));
        Box::new(reply.into_response(app.settings.is_behind_tls))
    };
    ask.sign_in = resume(app, &ask).await.map_err(|no| {
        Box::new(trouble::denied(app, &ask, &no).into_response(app.settings.is_behind_tls))
    })?;
    match Sent::parse(parts.uri.query().unwrap_or_default()) {
        Ok(query) => ask.query = query,
        Err(_) => return Err(refuse(&ask, Trouble::Unreadable)),
    }
    if access == Access::SignedIn && ask.sign_in.is_none() {
        return Err(Box::new(to_sign_in(app, &ask, &parts.method)));
    }
    if parts.method == Method::POST {
        if !is_same_site(&parts.headers) {
            return Err(refuse(&ask, Trouble::StaleForm));
        }
        if !is_form(&parts.headers) {
            return Err(refuse(&ask, Trouble::NotAForm));
        }
        let Some(bytes) = limited(body).await else {
            return Err(refuse(&ask, Trouble::TooLarge));
        };
        let sent = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| Sent::parse(text).ok());
        ask.sent = sent.ok_or_else(|| refuse(&ask, Trouble::Unreadable))?;
        let judges_its_token = [PUBLIC_FORM, SIGN_IN_FORM].contains(&ask.path.as_str());
        if !judges_its_token && !carries_token(app, &ask) {
            return Err(refuse(&ask, Trouble::StaleForm));
        }
    }
    Ok(ask)
}

async fn limited(body: Body) -> Option<Bytes> {
    Limited::new(body, FORM_BYTES_MAX)
        .collect()
        .await
        .ok()
        .map(http_body_util::Collected::to_bytes)
}

async fn resume(app: &Arc<App>, ask: &Ask) -> Result<Option<SignIn>, Denied> {
    let Some(token) = ask.token.clone() else {
        return Ok(None);
    };
    let (app, now) = (Arc::clone(app), ask.now);
    tokio::task::spawn_blocking(move || sign_in::resume(&app.clinic, &token, now))
        .await
        .unwrap_or(Ok(None))
}

/// A reader is led to the sign-in page and back; anything else is told no.
fn to_sign_in(app: &App, ask: &Ask, method: &Method) -> Response<Body> {
    if *method == Method::GET {
        let why = if ask.token.is_some() { "idle" } else { "first" };
        let next: String = ask
            .path
            .chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || "/_-".contains(*letter))
            .collect();
        let to = format!("/sign-in?next={next}&why={why}");
        return Reply::SeeOther(to).into_response(app.settings.is_behind_tls);
    }
    let page = TroublePage::new(Trouble::StaleForm);
    Reply::PageWith(403, trouble::drawn(app, ask, &page)).into_response(app.settings.is_behind_tls)
}

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == wanted && !value.is_empty() && value.len() < 100)
        .map(|(_, value)| value.to_owned())
}

/// Where a request comes from: the machine at the other end, or what the proxy before us says.
fn address(app: &App, parts: &Parts) -> Option<IpAddr> {
    if app.settings.is_behind_tls {
        let told = parts.headers.get("x-forwarded-for")?.to_str().ok()?;
        return told.rsplit(',').next()?.trim().parse().ok();
    }
    let ConnectInfo(there) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(there.ip())
}

/// Whether a form was sent from a page of this site, as far as the browser says.
fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = text(HeaderName::from_static("sec-fetch-site"))
        .is_none_or(|site| site == "same-origin" || site == "none");
    let origin = match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, there)| there == host),
        (Some(_), None) => false,
    };
    fetched && origin
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn carries_token(app: &App, ask: &Ask) -> bool {
    carries_own_token(ask) || (ask.sign_in.is_none() && carries_public_token(app, ask))
}

/// Whether a form carries the token of the sign-in it was drawn for.
pub(crate) fn carries_own_token(ask: &Ask) -> bool {
    let token = ask.sent.get(CSRF_FIELD).unwrap_or_default();
    let known = ask.sign_in.as_ref();
    known.is_some_and(|known| sign_in::is_form_token(known, token))
}

/// Whether a form carries a token of this house that belongs to no sign-in, and is not too old.
pub(crate) fn carries_public_token(app: &App, ask: &Ask) -> bool {
    let token = ask.sent.get(CSRF_FIELD).unwrap_or_default();
    app.form_key.knows(token, ask.now)
}

/// The headers every answer leaves with.
pub(crate) fn guard(headers: &mut HeaderMap, is_behind_tls: bool) {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
        img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'";
    let all = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    for (name, value) in all {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_behind_tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}
