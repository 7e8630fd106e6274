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
    line(
        "public",
        "/ and the pages beside it",
        "SitePage",
        "Is there help here for me?",
    ),
    line(
        "enquiry_received",
        "/enquiries/received",
        "SitePage",
        "What happens with what I wrote?",
    ),
    line("sign_in", "/sign-in", "SignIn", "Who are you?"),
    line(
        "check_in",
        "/check-in/{}/{}",
        "CheckIn",
        "How are you today?",
    ),
    line(
        "check_in_proof",
        "/check-in/{}",
        "CheckInProof",
        "Is it you?",
    ),
    line(
        "check_in_gone",
        "/check-in/{}",
        "CheckInGone",
        "Why does this link lead nowhere, and what now?",
    ),
    line(
        "check_in_done",
        "/check-in/{}",
        "CheckInDone",
        "What happens with my answers?",
    ),
    line(
        "check_in_received",
        "/check-in/{}/kept",
        "CheckInReceived",
        "Did what waited on my phone come in?",
    ),
    line(
        "questionnaire_question",
        "/questionnaire/{}/{}",
        "QuestionnaireQuestion",
        "How has it been?",
    ),
    line(
        "check_in_danger",
        "/check-in/{}",
        "CheckInDanger",
        "Who helps me now?",
    ),
    line(
        "trouble_outside",
        "any",
        "TroublePage",
        "What went wrong, and is my work safe?",
    ),
    line("today", "/today", "Today", "Who needs me, and for what?"),
    line(
        "floor",
        "/floor",
        "Floor",
        "What phase is each room in, and what is due next?",
    ),
    line(
        "enquiries",
        "/enquiries",
        "Listing",
        "Who asked, and who waits for us?",
    ),
    line(
        "patients",
        "/patients",
        "Listing",
        "Where is the record I look for?",
    ),
    line(
        "people",
        "/people",
        "Listing",
        "Who works here, and as what?",
    ),
    line(
        "access_log",
        "/access-log",
        "Listing",
        "Who opened which record?",
    ),
    line(
        "calendar",
        "/calendar",
        "Calendar",
        "Who comes when, to whom?",
    ),
    line(
        "watch_list",
        "/watch-list",
        "WatchList",
        "What is late or alarming, and whose is it?",
    ),
    line(
        "ledger",
        "/ledger, its lots, vials and copy",
        "Ledger",
        "Where is every milligram?",
    ),
    line(
        "outcomes",
        "/outcomes, its report and the signed ones",
        "Outcomes",
        "What does our programme do for people like these?",
    ),
    line(
        "due",
        "/due",
        "Listing",
        "What is due, since when, and whose is it?",
    ),
    line(
        "missing",
        "/missing",
        "Listing",
        "Who is missing what, since when, and whose is it?",
    ),
    line(
        "messages",
        "/messages",
        "Sheet",
        "What was sent to whom, and what did not arrive?",
    ),
    line(
        "evidence",
        "/evidence/{}",
        "Evidence",
        "Why does the software say that?",
    ),
    line(
        "pharmacology",
        "/pharmacology and /patients/{}/predicted",
        "Sheet",
        "What level would this plan give, and how sure is that?",
    ),
    line(
        "room_day",
        "/calendar",
        "RoomDay",
        "Which room is free when, and who is where?",
    ),
    line(
        "room_week",
        "/calendar?rooms={}",
        "RoomWeek",
        "Where is there a free place this week?",
    ),
    line(
        "protocols",
        "/protocols and /protocols/{}",
        "Sheet",
        "What does this protocol ask of us, and on what evidence?",
    ),
    line(
        "plan",
        "/patients/{}/plan/new and /patients/{}/plan",
        "Sheet",
        "What is given when, does it stand, and on what grounds?",
    ),
    line(
        "corrections",
        "/patients/{}/corrections",
        "Sheet",
        "What was asked to be corrected, and what became of it?",
    ),
    line(
        "questionnaires",
        "/patients/{}/questionnaires/{}",
        "Sheet",
        "What was answered, and what does it come to?",
    ),
    line(
        "rules",
        "/rules/{}",
        "Sheet",
        "Which rules decide here, on what grounds, and who signed them?",
    ),
    line(
        "trouble",
        "any",
        "TroublePage",
        "What went wrong, and is my work safe?",
    ),
    line(
        "enquiry",
        "/enquiries/{}",
        "Sheet",
        "What did they ask, and what is next?",
    ),
    line(
        "chart",
        "/patients/{}",
        "Chart",
        "What has happened, what comes next?",
    ),
    line(
        "ninety_days",
        "/patients/{}/ninety-days",
        "NinetyDays",
        "Is this helping?",
    ),
    line(
        "help_now",
        "/patients/{}/help-now",
        "HelpNow",
        "Whom can I call, and what helps me?",
    ),
    line(
        "follow_back",
        "/patients/{}/calendar",
        "FollowBack",
        "On which of ninety days was there use, and who said so?",
    ),
    line(
        "evaluation",
        "/patients/{}/evaluation and its steps; /interactions",
        "Sheet",
        "What is still not asked, and what did they say?",
    ),
    line("add_entry", "/patients/{}/add", "Sheet", "What can I add?"),
    line(
        "assessment",
        "/patients/{}/assessment",
        "Sheet",
        "Which rules ran, on what?",
    ),
    line(
        "session",
        "/patients/{}/sessions/{}",
        "SessionRoom",
        "Is this person safe now, what must I do next?",
    ),
    line(
        "record",
        "/patients/{}/sessions/{}/record",
        "DocumentPage",
        "What happened in this session, all of it, to print or to hand on?",
    ),
    line(
        "form",
        "/patients/{}/add/{}",
        "FormPage",
        "What do you want to write down?",
    ),
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
