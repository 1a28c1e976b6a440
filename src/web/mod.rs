//! Every HTTP word of the program.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use ipnet::IpNet;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::moderation::learning::Models;
use crate::moderation::submit::Intake;
use crate::secrets::Keys;
use crate::store::Store;

pub mod api;
pub mod assets;
pub mod client_ip;
pub mod error;
pub mod hot_threads;
pub mod limits;
pub mod panel;
pub mod reader;
pub mod session;
pub mod sites;
pub mod submission;
pub mod view;

use client_ip::ProxyTrust;
use hot_threads::HotThreads;
use limits::{LONGEST_BODY, flood_guard, refuse_long_body};
use sites::SiteDirectory;

/// How long a request may take from its head to its answer.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// What every handler may use.
pub type App = Arc<AppState>;

/// What every handler may use.
#[derive(Debug)]
pub struct AppState {
    /// The database, for reading.
    pub store: Store,
    /// What signs and opens.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// Moderators' accounts.
    pub accounts: Accounts,
    /// The way in for comments.
    pub intake: Intake,
    /// What the judgement has learned.
    pub models: Models,
    /// The sites.
    pub sites: SiteDirectory,
    /// Whether mail goes out.
    pub mail_health: panel::outbox::MailHealth,
    /// What wakes the mail worker.
    pub mail_waits: Arc<Notify>,
    /// Milliseconds between two mails to a moderator about the same site.
    pub mail_interval: i64,
    /// Numbers that have just been counted.
    pub numbers: panel::numbers::NumbersKept,
    /// The threads kept ready.
    pub threads: Arc<HotThreads>,
    /// Which proxies are believed.
    pub proxy_trust: ProxyTrust,
    /// Where browsers reach the service, without a trailing slash.
    pub base_url: String,
    /// Networks that webhooks may go to besides the public ones.
    pub webhook_networks: Vec<IpNet>,
    /// Whether the demo article is served.
    pub has_demo: bool,
    /// Cancelled when the service stops: streams that never end by themselves end then.
    pub closing: CancellationToken,
}

impl AppState {
    /// Whether browsers come over TLS.
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// How many requests one network may make: a second for long, and at once.
#[derive(Clone, Copy, Debug)]
pub struct Flood {
    /// For long; zero takes the limit away.
    pub per_second: u32,
    /// At once.
    pub burst: u32,
}

/// All routes, grouped by who calls.
pub fn router(app: App, flood: Flood) -> Router {
    // Read by everybody who opens an article: nothing stands in front of them that costs. A thread that is kept ready
    // is answered even before, at the door.
    let hot = Router::new()
        .route("/api/v1/threads", get(api::threads::read))
        .route("/api/v1/counts", get(api::counts::read))
        .route("/render/thread", get(reader::fragment::show))
        .route("/embed/v1/{file}", get(assets::embed))
        .route("/embed/v1/{version}/{file}", get(assets::versioned))
        .route("/livez", get(api::health::live))
        .route("/readyz", get(api::health::ready))
        .layer(from_fn(error::as_problem));

    // The embed and other programs.
    let mut api = Router::new()
        .route("/api/v1/form", get(api::form::issue))
        .route("/api/v1/comments", post(api::comments::submit).options(api::comments::preflight))
        .route("/api/v1/comments/{id}/reports", post(api::reports::add).options(api::comments::preflight))
        .route("/api/openapi.json", get(api::description_as_json));

    // Readers without JavaScript, authors and moderators with a link from a mail.
    let reader = Router::new()
        .route("/", get(reader::front_door))
        .route("/sites/{site}/thread", get(reader::thread::show))
        .route("/sites/{site}/comments", post(reader::comments::submit))
        .route("/feeds/{site}/comments.atom", get(reader::feed::show))
        .route("/wp-comments-post.php", post(reader::wordpress::submit))
        .route("/receipt/{token}", get(reader::receipt::show).post(reader::receipt::withdraw))
        .route("/receipt/{token}/text", post(reader::receipt::revise))
        .route("/receipt/{token}/mails", post(reader::receipt::stop_mails))
        .route("/confirm/{token}", get(reader::correspondence::show_confirmation).post(reader::correspondence::confirm))
        .route("/unsubscribe/{token}", get(reader::correspondence::show).post(reader::correspondence::stop))
        .route("/review/{token}", get(reader::review::show).post(reader::review::decide))
        .route("/demo", get(reader::demo::article))
        .route("/demo/gallery", get(reader::demo::gallery))
        .route("/demo.css", get(assets::demo_styles))
        .route("/assets/{file}", get(assets::page_asset));

    // Moderators, at the door and inside.
    let panel = Router::new()
        .route("/panel", get(panel::queue::first_site))
        .route("/panel/setup/{token}", get(panel::setup::show).post(panel::setup::make_owner))
        .route("/panel/sign-in", get(panel::sign_in::show).post(panel::sign_in::sign_in))
        .route("/panel/sign-in/code", get(panel::sign_in::show_code).post(panel::sign_in::enter_code))
        .route("/panel/sign-out", post(panel::sign_in::sign_out))
        .route("/panel/sites/{site}/comments", get(panel::queue::show))
        .route("/panel/password", get(panel::links::forgotten).post(panel::links::ask))
        .route("/panel/password/{token}", get(panel::links::password).post(panel::links::set_password))
        .route("/panel/invitation/{token}", get(panel::links::invitation).post(panel::links::accept))
        .route("/panel/account", get(panel::account::show).post(panel::account::change))
        .route("/panel/accounts", get(panel::account_journal::show))
        .route("/panel/account/mail", get(panel::mail_wishes::show).post(panel::mail_wishes::keep))
        .route("/panel/account/sessions", post(panel::account::end_session))
        .route("/panel/account/second-factor", get(panel::second_factor::show).post(panel::second_factor::change))
        .route("/panel/sites/{site}/team", get(panel::team::show).post(panel::team::invite))
        .route("/panel/sites/{site}/team/{id}", post(panel::team::change_role))
        .route("/panel/sites/{site}/team/{id}/second-factor", post(panel::team::reset_second_factor))
        .route("/panel/sites/{site}/invitations/{id}/end", post(panel::team::take_back))
        .route("/panel/sites/{site}/pages", get(panel::pages::list))
        .route("/panel/sites/{site}/pages/{id}", get(panel::pages::show).post(panel::pages::change))
        .route("/panel/sites/{site}/journal", get(panel::journal::show))
        .route("/panel/sites/{site}/journal.csv", get(panel::journal::export))
        .route("/panel/sites/{site}/numbers", get(panel::numbers::show))
        .route("/panel/outbox", get(panel::outbox::show))
        .route("/panel/outbox/test", post(panel::outbox::send_test))
        .route("/panel/outbox/{id}/retry", post(panel::outbox::retry))
        .route("/panel/sites/{site}/settings", get(panel::settings::show).post(panel::settings::change))
        .route("/panel/sites/{site}/embed", get(panel::embed::show))
        .route("/panel/sites/{site}/webhooks", get(panel::webhooks::show).post(panel::webhooks::add))
        .route("/panel/sites/{site}/webhooks/{id}/removal", post(panel::webhooks::remove))
        .route("/panel/sites/{site}/webhooks/{id}/test", post(panel::webhooks::send_test))
        .route("/panel/comments/{id}", get(panel::comment::show))
        .route("/panel/comments/{id}/decision", post(panel::decision::decide))
        .route("/panel/comments/{id}/reports", post(panel::decision::resolve_reports))
        .route("/panel/sites/{site}/bulk", get(panel::bulk::preview))
        .route("/panel/sites/{site}/batches", post(panel::bulk::decide))
        .route("/panel/sites/{site}/decisions", get(panel::decision::last))
        .route("/panel/sites/{site}/views", post(panel::saved_views::save))
        .route("/panel/sites/{site}/views/{id}/removal", post(panel::saved_views::remove))
        // The answer's head comes at once, so that the limit on a request's time does not end the stream.
        .route("/panel/sites/{site}/events", get(panel::live::events))
        .route("/panel/sites/{site}/state", get(panel::live::poll))
        .route("/panel/comments/{id}/presence", post(panel::live::read))
        .route("/panel/comments/{id}/{kind}", get(panel::writing::show).post(panel::writing::keep))
        .route("/panel/decisions/{id}/undo", post(panel::decision::undo))
        .route("/panel/batches/{id}/undo", post(panel::bulk::undo))
        .route("/panel/keys", get(panel::keys::show).post(panel::keys::keep));

    let mut pages = reader.merge(panel).layer(from_fn(refuse_long_body));
    api = api.layer(from_fn(refuse_long_body));
    if let Some(guard) = flood_guard(flood.per_second, flood.burst, app.proxy_trust.clone()) {
        (api, pages) = (api.route_layer(guard.clone()), pages.route_layer(guard));
    }
    // Around the flood guard, so that its refusals are told in the same words.
    let pages = pages.fallback(reader::nothing_here).layer(from_fn(error::as_page));
    let guarded = api.layer(from_fn(error::as_problem)).merge(pages);

    // In one piece, since the router puts each layer into a box of its own, and copies all boxes for each request.
    let around = ServiceBuilder::new()
        // A panic is a fault of ours: one request fails, the service goes on.
        .layer(CatchPanicLayer::new())
        // Every answer of ours but the hot ones, which browsers ask for by the address in the page.
        .layer(from_fn_with_state(app.clone(), session::strict_transport))
        // Before anything reads a body.
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        // A body that drips in holds its connection no longer than this.
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_REQUEST));
    guarded.layer(around).merge(hot).with_state(app)
}

/// The description of the public API, in version 1.
pub fn api_description() -> utoipa::openapi::OpenApi {
    let (_, described) = OpenApiRouter::<App>::with_openapi(api::description())
        .routes(routes!(api::threads::read))
        .routes(routes!(api::counts::read))
        .routes(routes!(api::form::issue))
        .routes(routes!(api::comments::submit))
        .routes(routes!(api::reports::add))
        .split_for_parts();
    described
}
