//! The door for people: routes, forms, sign-in, live streams and assets.

pub mod app;
pub mod ask;
mod assets;
mod door;
pub mod forms;
mod live;
mod page;
mod reply;
pub mod routes;
mod sent;
mod token;
mod trouble;
mod words;

pub use app::App;
pub use routes::router;
