//! A public page as markup: no script, one column, the crisis line first.

use maud::{DOCTYPE, Markup, html};

use super::{
    Grade, Run, Sentence, SiteAsk, SiteClaim, SiteFrame, SiteHarm, SitePage, SitePart, SitePiece,
    Urgent,
};
use crate::form::form;
use crate::frame::telephone;
use crate::part::mark::wordmark;
use crate::screen::public::field;

/// A whole public page.
pub fn site_page(view: &SitePage) -> Markup {
    let frame = &view.frame;
    html! {
        (DOCTYPE)
        html lang=(frame.language) {
            (head(frame))
            body.hf-patient-scale {
                a.hf-skip href="#main" { (frame.skip) }
                header.hf-public.hf-site__top {
                    div {
                        a.hf-wordmark href="/" { (wordmark()) (frame.clinic) }
                        a.hf-tap.hf-noprint href="#pages" { (frame.pages) }
                    }
                }
                aside.hf-crisis aria-label=(frame.help_now) { p { (sentence(&frame.danger)) } }
                main.hf-public__main #main tabindex="-1" {
                    @if let Some(help) = &view.urgent { (urgent(help)) }
                    (opening(view))
                    @for part in &view.parts { (draw_part(frame, part)) }
                }
                (places(frame))
                (foot(frame))
            }
        }
    }
}

fn head(frame: &SiteFrame) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="description" content=(frame.description);
            meta name="referrer" content="same-origin";
            meta name="color-scheme" content="light";
            meta name="format-detection" content="telephone=no";
            title { (frame.title) }
            link rel="icon" type="image/svg+xml" href={ (frame.assets) "/favicon.svg" };
            @for sheet in &frame.sheets {
                link rel="stylesheet" href={ (frame.assets) "/" (sheet) ".css" };
            }
        }
    }
}

fn opening(view: &SitePage) -> Markup {
    html! {
        // A page may begin with help, whose heading is then the first.
        @if view.urgent.as_ref().is_some_and(|help| help.heading.is_some()) {
            h2.hf-h-m { (view.heading) }
        } @else {
            h1.hf-h-l { (view.heading) }
        }
        @if let Some(lead) = &view.lead { p.hf-site__lead { (sentence(lead)) } }
        @if let Some(after) = &view.ask_first {
            p { a.hf-button.hf-button--wide href="#ask" { (view.frame.ask.1) } }
            p { (after) }
        }
    }
}

fn draw_part(frame: &SiteFrame, part: &SitePart) -> Markup {
    html! {
        @if let Some(heading) = &part.heading { h2.hf-h-m { (heading) } }
        @for piece in &part.pieces { (draw_piece(frame, piece)) }
    }
}

fn draw_piece(frame: &SiteFrame, piece: &SitePiece) -> Markup {
    match piece {
        SitePiece::Say(words) => html! { p { (sentence(words)) } },
        SitePiece::List(points) => html! {
            ul.hf-site__list { @for point in points { li { (sentence(point)) } } }
        },
        SitePiece::Days(days) => html! {
            dl.hf-next.hf-site__days {
                @for (when, what) in days { div { dt { (when) } dd { (sentence(what)) } } }
            }
        },
        SitePiece::Questions(all) => html! {
            @for (question, answer) in all {
                section.hf-site__question { h2.hf-h-s { (question) } p { (sentence(answer)) } }
            }
        },
        SitePiece::Claims(claims) => html! { @for one in claims { (claim(one)) } },
        SitePiece::Harms(harms) => html! { @for one in harms { (harm(one)) } },
        SitePiece::Misreport(one) => html! {
            blockquote.hf-callout.hf-callout--watch { p { (one.says) } }
            p { (one.instead) }
        },
        SitePiece::Team(people) => html! {
            ul.hf-site__team {
                @for (name, role, say) in people {
                    li { b { (name) } ", " (role) @if !say.is_empty() { ". " (sentence(say)) } }
                }
            }
        },
        SitePiece::Crisis(help) => urgent(help),
        SitePiece::Ask(ask) => draw_ask(frame, ask),
    }
}

fn claim(one: &SiteClaim) -> Markup {
    html! {
        section.hf-site__claim id=(one.id) {
            h3.hf-h-s { "\u{201c}" (one.claim) "\u{201d}" }
            p { (one.say) }
            p.hf-site__sure { (grade_mark(&one.grade)) span { b { (one.how_sure) ": " } (one.means) } }
            details.hf-data.hf-site__behind {
                summary { (one.behind) }
                @for (heading, lines) in &one.lists {
                    h4 { (heading) }
                    ul.hf-site__list { @for line in lines { li { (line) } } }
                }
            }
        }
    }
}

fn harm(one: &SiteHarm) -> Markup {
    html! {
        section.hf-site__claim {
            h3.hf-h-s { (one.harm) }
            p { (one.say) }
            p.hf-muted.hf-site__seen { (one.seen) }
        }
    }
}

/// Four marks, as many filled as the grade has; always with a word beside it.
pub(crate) fn grade_mark(grade: &Grade) -> Markup {
    html! {
        svg.hf-grade viewBox="0 0 38 14" width="38" height="14" aria-hidden="true" focusable="false" {
            @for place in 0..4_u8 {
                rect .hf-grade__on[place < grade.marks] x=(u16::from(place) * 10 + 1) y="1" width="6" height="12" {}
            }
        }
    }
}

fn urgent(help: &Urgent) -> Markup {
    html! {
        section.hf-urgent.hf-site__urgent {
            @if let Some(heading) = &help.heading { h1 { (heading) } }
            div {
                a.hf-urgent__call href={ "tel:" (digits(&help.call.0)) } { (help.call.1) }
                a.hf-urgent__text href={ "sms:" (digits(&help.text.0)) } { (help.text.1) }
                @for words in &help.say { p { (sentence(words)) } }
            }
        }
    }
}

fn digits(number: &str) -> String {
    number
        .chars()
        .filter(|letter| letter.is_ascii_digit() || *letter == '+')
        .collect()
}

fn draw_ask(frame: &SiteFrame, ask: &SiteAsk) -> Markup {
    let label = if ask.heading.is_some() {
        Some("ask-head")
    } else {
        None
    };
    html! {
        section.hf-ask aria-labelledby=[label] {
            @if let Some(heading) = &ask.heading { h2.hf-h-m #ask-head { (heading) } }
            p.hf-ask__say { (sentence(&ask.lead)) }
            div.hf-honeypot aria-hidden="true" {
                label for="ask-trap" { (ask.trap) }
                input #ask-trap name=(field::HONEYPOT) form=(ask.form.id) type="text" tabindex="-1" autocomplete="off";
            }
            (form(&frame.csrf, &ask.form))
            p.hf-site__small { (sentence(&ask.small)) }
        }
    }
}

fn places(frame: &SiteFrame) -> Markup {
    html! {
        nav.hf-site__pages #pages aria-label=(frame.more) {
            div {
                h2.hf-h-s { (frame.more) }
                ul {
                    @for place in &frame.places {
                        li { a href=(place.href) aria-current=[place.is_here.then_some("page")] { (place.text) } }
                    }
                }
            }
        }
    }
}

fn foot(frame: &SiteFrame) -> Markup {
    html! {
        footer.hf-public__foot {
            @for words in &frame.foot { p { (sentence(words)) } }
            p.hf-noprint { a.hf-tap href="/sign-in" { (frame.sign_in) } }
        }
    }
}

fn sentence(words: &Sentence) -> Markup {
    html! {
        @for run in words {
            @match run {
                Run::Words(text) => (text),
                Run::Call(number) => (telephone(number)),
                Run::Link { href, text } => a href=(href) { (text) },
            }
        }
    }
}
