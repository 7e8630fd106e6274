//! Every address, who may come to it, and which page answers: the site in one table.

mod route;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::routing::{MethodFilter, get, on};
use clinic::denied::Denied;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::{assets, device, door, forms, live, page};

pub use route::{Access, Route};

use Access::{Anyone, SignedIn};
pub(crate) use route::Handler;
use route::{machine, read, send, still, stream};

/// The site.
pub const ROUTES: &[Route] = &[
    still("/"),
    still("/addiction"),
    still("/ketamine"),
    still("/studies"),
    still("/risks"),
    still("/treatment"),
    still("/cost"),
    still("/questions"),
    still("/help"),
    still("/evaluation"),
    still("/what-we-keep"),
    send("/enquiries/new", Anyone, page::public::send),
    read("/enquiries/received", Anyone, page::public::received),
    read("/health", Anyone, page::health::show),
    read("/sign-in", Anyone, page::sign_in::show),
    send("/sign-in", Anyone, page::sign_in::send),
    send("/sign-out", SignedIn, page::sign_in::sign_out),
    read("/check-in/{token}", Anyone, page::check_in::show),
    send("/check-in/{token}", Anyone, page::check_in::prove),
    read(
        "/check-in/{token}/{question}",
        Anyone,
        page::check_in::question,
    ),
    send(
        "/check-in/{token}/{question}",
        Anyone,
        page::check_in::answer,
    ),
    read("/questionnaire/{token}", Anyone, page::questionnaire::show),
    send("/questionnaire/{token}", Anyone, page::questionnaire::prove),
    read(
        "/questionnaire/{token}/{question}",
        Anyone,
        page::questionnaire::question,
    ),
    send(
        "/questionnaire/{token}/{question}",
        Anyone,
        page::questionnaire::answer,
    ),
    read("/before/{token}", Anyone, page::evaluation::before::show),
    send("/before/{token}", Anyone, page::evaluation::before::prove),
    read(
        "/before/{token}/{question}",
        Anyone,
        page::evaluation::before::question,
    ),
    send(
        "/before/{token}/{question}",
        Anyone,
        page::evaluation::before::answer,
    ),
    read("/home", SignedIn, page::home::show),
    read("/today", SignedIn, page::today::show),
    read("/floor", SignedIn, page::floor::show),
    read("/enquiries", SignedIn, page::enquiries::show),
    read("/calendar", SignedIn, page::calendar::show),
    read("/patients", SignedIn, page::patients::show),
    read("/watch-list", SignedIn, page::watch::show),
    read("/relapse-watch", SignedIn, page::relapse::show),
    read(
        "/patients/{patient}/relapse-watch",
        SignedIn,
        page::relapse::show_one,
    ),
    read("/outcomes", SignedIn, page::outcomes::show),
    read("/outcomes/behind", SignedIn, page::outcomes::behind::show),
    read("/outcomes/report", SignedIn, page::outcomes::report::show),
    read(
        "/outcomes/report.pdf",
        SignedIn,
        page::outcomes::report::print,
    ),
    read(
        "/outcomes/signed/{position}",
        SignedIn,
        page::outcomes::report::show_signed,
    ),
    read(
        "/outcomes/signed/{position}/report.pdf",
        SignedIn,
        page::outcomes::report::print_signed,
    ),
    read(
        "/outcomes/signed/{position}/report.txt",
        SignedIn,
        page::outcomes::report::lines_signed,
    ),
    read(
        "/outcomes/tables/{table}",
        SignedIn,
        page::outcomes::tables::show,
    ),
    read("/due", SignedIn, page::due::show),
    read("/missing", SignedIn, page::missing::show),
    read("/messages", SignedIn, page::messages::show),
    machine("/messages/reports", page::messages::REPORTS),
    read("/evidence", SignedIn, page::evidence::show),
    read("/evidence/{claim}", SignedIn, page::evidence::show_claim),
    read(
        "/evidence/studies/{study}",
        SignedIn,
        page::evidence::show_study,
    ),
    read("/pharmacology", SignedIn, page::level::show),
    read(
        "/patients/{patient}/predicted",
        SignedIn,
        page::level::show_plan,
    ),
    read("/rescue", SignedIn, page::rescue::show),
    read("/rules", SignedIn, page::rules::show),
    read("/rules/compare", SignedIn, page::rules::show_compared),
    read("/rules/try", SignedIn, page::rules::show_case),
    send("/rules/try", SignedIn, page::rules::try_case),
    read("/rules/{rule}", SignedIn, page::rules::show_rule),
    read("/ledger", SignedIn, page::ledger::show),
    read("/ledger/copy", SignedIn, page::ledger::copy),
    read("/ledger/copy.csv", SignedIn, page::ledger::csv),
    read("/ledger/access", SignedIn, page::ledger::access),
    read("/ledger/dispensed", SignedIn, page::ledger::dispensed),
    read(
        "/ledger/dispensed.csv",
        SignedIn,
        page::ledger::dispensed_csv,
    ),
    read("/ledger/forms", SignedIn, page::ledger::forms),
    read("/ledger/lots/{lot}", SignedIn, page::ledger::lot),
    read("/ledger/vials/{vial}", SignedIn, page::ledger::vial),
    read("/protocols", SignedIn, page::protocols::show),
    read("/protocols/{protocol}", SignedIn, page::protocols::show_one),
    read("/patients/{patient}/plan", SignedIn, page::plan::show),
    read(
        "/patients/{patient}/plan/new",
        SignedIn,
        page::plan::design::show,
    ),
    send(
        "/patients/{patient}/plan/new",
        SignedIn,
        page::plan::design::send,
    ),
    machine("/devices/readings", device::READINGS),
    read("/devices", SignedIn, page::devices::show),
    read("/devices/new", SignedIn, page::devices::new),
    send("/devices/new", SignedIn, page::devices::make),
    read("/people", SignedIn, page::people::show),
    read("/access-log", SignedIn, page::access::show),
    read("/patients/{patient}", SignedIn, page::chart::show),
    read(
        "/patients/{patient}/ninety-days",
        SignedIn,
        page::ninety::show,
    ),
    send(
        "/patients/{patient}/ninety-days/hidden",
        SignedIn,
        page::ninety::hide,
    ),
    read(
        "/patients/{patient}/help-now",
        SignedIn,
        page::help_now::show,
    ),
    read(
        "/patients/{patient}/help-now.js",
        SignedIn,
        page::help_now::worker,
    ),
    read(
        "/patients/{patient}/my-record",
        SignedIn,
        page::my_record::show,
    ),
    read(
        "/patients/{patient}/my-record/whole",
        SignedIn,
        page::my_record::whole::show,
    ),
    read(
        "/patients/{patient}/my-record/download",
        SignedIn,
        page::my_record::download::send,
    ),
    read(
        "/patients/{patient}/sessions/{session}",
        SignedIn,
        page::session::show,
    ),
    read(
        "/patients/{patient}/sessions/{session}/readiness",
        SignedIn,
        page::room::day::ready,
    ),
    read(
        "/patients/{patient}/sessions/{session}/record",
        SignedIn,
        page::record::show,
    ),
    read(
        "/patients/{patient}/sessions/{session}/record.pdf",
        SignedIn,
        page::record::print,
    ),
    read(
        "/patients/{patient}/sessions/{session}/monitoring-form",
        SignedIn,
        page::monitoring_form::show,
    ),
    read(
        "/patients/{patient}/sessions/{session}/monitoring-form.pdf",
        SignedIn,
        page::monitoring_form::print,
    ),
    read(
        "/patients/{patient}/sessions/{session}/leaving",
        SignedIn,
        page::room::day::leaving,
    ),
    read(
        "/patients/{patient}/sessions/{session}/drug",
        SignedIn,
        page::room::drug::show,
    ),
    read(
        "/patients/{patient}/sessions/{session}/rules",
        SignedIn,
        page::room::day::rules,
    ),
    read(
        "/patients/{patient}/eligibility",
        SignedIn,
        page::eligibility::show,
    ),
    read(
        "/patients/{patient}/check-in",
        SignedIn,
        page::check_in::own::show,
    ),
    send(
        "/patients/{patient}/check-in",
        SignedIn,
        page::check_in::own::begin,
    ),
    read(
        "/patients/{patient}/check-in-link",
        SignedIn,
        page::link::show,
    ),
    send(
        "/patients/{patient}/check-in-link",
        SignedIn,
        page::link::send,
    ),
    read(
        "/patients/{patient}/questionnaire-link",
        SignedIn,
        page::questionnaire::link::show,
    ),
    send(
        "/patients/{patient}/questionnaire-link",
        SignedIn,
        page::questionnaire::link::send,
    ),
    read(
        "/patients/{patient}/evaluation",
        SignedIn,
        page::evaluation::show,
    ),
    read(
        "/patients/{patient}/evaluation/{step}",
        SignedIn,
        page::evaluation::show_step,
    ),
    send(
        "/patients/{patient}/evaluation/{step}",
        SignedIn,
        page::evaluation::send,
    ),
    read(
        "/patients/{patient}/evaluation-link",
        SignedIn,
        page::evaluation::before::show_link,
    ),
    send(
        "/patients/{patient}/evaluation-link",
        SignedIn,
        page::evaluation::before::send_link,
    ),
    read(
        "/patients/{patient}/calendar",
        SignedIn,
        page::follow_back::show,
    ),
    send(
        "/patients/{patient}/calendar",
        SignedIn,
        page::follow_back::send,
    ),
    read("/interactions", SignedIn, page::evaluation::interactions),
    read(
        "/patients/{patient}/consents",
        SignedIn,
        page::consent::list,
    ),
    read(
        "/patients/{patient}/consents/{text}",
        SignedIn,
        page::consent::show,
    ),
    send(
        "/patients/{patient}/consents/{text}",
        SignedIn,
        page::consent::send,
    ),
    read(
        "/patients/{patient}/consents/signed/{consent}/consent.pdf",
        SignedIn,
        page::consent::print_signed,
    ),
    read(
        "/patients/{patient}/corrections",
        SignedIn,
        page::corrections::show,
    ),
    read(
        "/patients/{patient}/my-record/whole.pdf",
        SignedIn,
        page::my_record::whole::print,
    ),
    read(
        "/patients/{patient}/safety-plan",
        SignedIn,
        page::safety::show,
    ),
    read(
        "/patients/{patient}/safety-plan.pdf",
        SignedIn,
        page::safety::print,
    ),
    read(
        "/patients/{patient}/consents/signed/{consent}",
        SignedIn,
        page::consent::signed,
    ),
    read(
        "/patients/{patient}/questionnaires",
        SignedIn,
        page::instrument::list,
    ),
    read(
        "/patients/{patient}/questionnaires/{instrument}",
        SignedIn,
        page::instrument::show,
    ),
    read(
        "/patients/{patient}/questionnaires/{instrument}/fill",
        SignedIn,
        page::instrument::fill,
    ),
    send(
        "/patients/{patient}/questionnaires/{instrument}/fill",
        SignedIn,
        page::instrument::send,
    ),
    send(
        "/patients/{patient}/questionnaires/{instrument}/keep",
        SignedIn,
        page::instrument::keep,
    ),
    read("/patients/{patient}/add", SignedIn, page::add::show),
    read("/patients/{patient}/do/{form}", SignedIn, forms::show),
    send("/patients/{patient}/do/{form}", SignedIn, forms::send),
    read("/do/{form}", SignedIn, forms::show),
    send("/do/{form}", SignedIn, forms::send),
    stream("/live/board", live::board),
    stream("/live/patients/{patient}", live::patient),
];

/// The site as a router.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let filter = if route.is_post {
            MethodFilter::POST
        } else {
            MethodFilter::GET
        };
        let (access, handler) = (route.access, route.handler);
        let answer = on(
            filter,
            move |State(app): State<Arc<App>>, request: Request| {
                door::answer(app, request, access, handler)
            },
        );
        router = router.route(route.path, answer);
    }
    router
        .route("/assets/{digest}/{name}", get(asset))
        .fallback(|State(app): State<Arc<App>>, request: Request| {
            door::answer(
                app,
                request,
                Anyone,
                Handler::Page(|_, _| Err(Denied::NotFound)),
            )
        })
        .method_not_allowed_fallback(|State(app): State<Arc<App>>, request: Request| {
            door::answer(app, request, Anyone, Handler::Page(page::wrong_way))
        })
        .layer(CompressionLayer::new().gzip(true))
        .with_state(Arc::clone(app))
}

async fn asset(
    State(app): State<Arc<App>>,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> axum::response::Response {
    let mut response = assets::asset(&name, &headers);
    door::guard(response.headers_mut(), app.settings.is_behind_tls);
    response
}
