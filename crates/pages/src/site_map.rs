//! Every page: its address, its view model, what it answers.

/// A line of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteMapLine {
    /// The page's name, as in the gallery.
    pub page: &'static str,
    /// Its address; `{}` stands for an identifier.
    pub path: &'static str,
    /// Its view model.
    pub view: &'static str,
    /// The question it answers.
    pub answers: &'static str,
}

/// The site, in the order a course runs.
pub const SITE_MAP: &[SiteMapLine] = &[
    line("public", "/", "Public", "Is there help here for me?"),
    line(
        "enquiry_received",
        "/enquiries/new",
        "EnquiryReceived",
        "What happens with what I wrote?",
    ),
    line("sign_in", "/sign-in", "SignIn", "Who are you?"),
    line("today", "/today", "Today", "Who needs me, and for what?"),
];

const fn line(
    page: &'static str,
    path: &'static str,
    view: &'static str,
    answers: &'static str,
) -> SiteMapLine {
    SiteMapLine {
        page,
        path,
        view,
        answers,
    }
}
