//! One line of the table: an address, who may come to it, and what answers.

use clinic::denied::Denied;
use record::ids::PatientId;

use crate::app::App;
use crate::ask::Ask;
use crate::door::machine::Machine;
use crate::reply::Reply;

/// Who may come to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Anyone,
    /// Someone signed in; what they may do there is the use case's to say.
    SignedIn,
}

/// What answers at an address.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// A page.
    Page(fn(&App, &Ask) -> Result<Reply, Denied>),
    /// A public page, drawn once and the same for everyone.
    Still,
    /// A machine's word, under a token or a signature of its own.
    Machine(Machine),
    /// A live stream of one patient's record, or of the board.
    Live(fn(&App, &Ask) -> Result<Option<PatientId>, Denied>),
}

/// An address.
#[derive(Clone, Copy)]
pub struct Route {
    /// How it is asked.
    pub is_post: bool,
    /// Where it is; braces hold what it names.
    pub path: &'static str,
    /// Who may come.
    pub access: Access,
    pub(crate) handler: Handler,
}

pub(super) const fn read(
    path: &'static str,
    access: Access,
    page: fn(&App, &Ask) -> Result<Reply, Denied>,
) -> Route {
    Route {
        is_post: false,
        path,
        access,
        handler: Handler::Page(page),
    }
}

pub(super) const fn send(
    path: &'static str,
    access: Access,
    page: fn(&App, &Ask) -> Result<Reply, Denied>,
) -> Route {
    Route {
        is_post: true,
        path,
        access,
        handler: Handler::Page(page),
    }
}

pub(super) const fn still(path: &'static str) -> Route {
    Route {
        is_post: false,
        path,
        access: Access::Anyone,
        handler: Handler::Still,
    }
}

pub(super) const fn stream(
    path: &'static str,
    of: fn(&App, &Ask) -> Result<Option<PatientId>, Denied>,
) -> Route {
    Route {
        is_post: false,
        path,
        access: Access::SignedIn,
        handler: Handler::Live(of),
    }
}

/// A machine has a token or a signature of its own, and no cookie.
pub(super) const fn machine(path: &'static str, of: Machine) -> Route {
    Route {
        is_post: true,
        path,
        access: Access::Anyone,
        handler: Handler::Machine(of),
    }
}
