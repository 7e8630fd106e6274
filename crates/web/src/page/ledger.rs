//! The ledger: the register of controlled substances of a day, of a lot, of a vial, and whole to hand over.

mod copy;
mod dispensed;
mod figures;
mod lines;
mod see_to;
mod who;
mod words;

use std::collections::BTreeMap;

use clinic::act::ledger::policy;
use clinic::authority::{Act, may};
use clinic::clinic::stock::Stock;
use clinic::denied::Denied;
use jiff::civil::Date;
use ledger::policy::UnitIs;
use ledger::{Account, DrugId, LotId, VialId, VialLife};
use pages::screen::ledger::{Forward, Ledger, Tally, VialLine, ledger};
use pages::{Column, Link, Mark, Paging, Phrase, Standing, Table};
use record::quantity::Micrograms;

pub(crate) use copy::{csv, show as copy};
pub(crate) use dispensed::{csv as dispensed_csv, show as dispensed};
pub(crate) use figures::show as forms;
use lines::{Book, Row};
pub(crate) use who::show as access;
pub(crate) use words::movement;
pub(crate) use words::{mg, path_part};

use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words::{day, day_plain, frame, moment};

/// What the lines shown are of.
#[derive(Clone)]
enum Of {
    /// One day.
    Day(Date),
    /// One lot.
    Lot(LotId),
    /// One vial.
    Vial(VialId),
    /// All of them, as a copy.
    Whole,
}

/// The register of a day.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let stock = app.clinic.stock();
    let drug = drug(&stock, ask.query.get("drug"));
    let Some(drug) = drug else {
        return Ok(drawn(app, ask, &empty(app, ask, &stock)));
    };
    let book = Book::of(app, ask, &stock, &drug);
    let asked = ask.query.get("day").and_then(|text| text.parse().ok());
    let days = book.days();
    let shown = asked.or_else(|| days.last().copied());
    let of = Of::Day(shown.unwrap_or_else(|| app.clinic.zone_today(ask.now)));
    let view = page(app, ask, &book, &of);
    Ok(drawn(app, ask, &view))
}

/// The lines of one lot.
pub(crate) fn lot(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let name: String = ask.name("lot")?;
    let stock = app.clinic.stock();
    let id = LotId::new(words::from_path(&name));
    let drug = stock.register.lots().get(&id).ok_or(Denied::NotFound)?;
    let drug = drug.drug.clone();
    let book = Book::of(app, ask, &stock, &drug);
    Ok(drawn(app, ask, &page(app, ask, &book, &Of::Lot(id))))
}

/// The life of one vial.
pub(crate) fn vial(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let name: String = ask.name("vial")?;
    let stock = app.clinic.stock();
    let id = VialId::new(words::from_path(&name));
    let life = stock.register.vials().get(&id).ok_or(Denied::NotFound)?;
    let lot = stock.register.lots().get(&life.lot);
    let drug = lot.ok_or(Denied::NotFound)?.drug.clone();
    let book = Book::of(app, ask, &stock, &drug);
    Ok(drawn(app, ask, &page(app, ask, &book, &Of::Vial(id))))
}

fn drawn(app: &App, ask: &Ask, view: &Ledger) -> Reply {
    Reply::Page(ledger(&frame(app, ask, Some(pages::Place::Ledger)), view))
}

/// The drug asked for, or the first.
fn drug(stock: &Stock, asked: Option<&str>) -> Option<DrugId> {
    let drugs = stock.register.drugs();
    let asked = asked.map(DrugId::new);
    asked
        .filter(|drug| drugs.contains_key(drug))
        .or_else(|| drugs.keys().next().cloned())
}

/// Links to forms of the register, where they are offered to whoever asks.
fn offered(ask: &Ask, acts: &[(&str, &str)]) -> Vec<Link> {
    acts.iter()
        .filter(|(code, _)| is_offered(ask, code.split('?').next().unwrap_or(code), None))
        .map(|(code, text)| Link::new(format!("/do/{code}"), *text))
        .collect()
}

fn acts(ask: &Ask) -> Vec<Link> {
    offered(
        ask,
        &[
            ("receive-stock", "Receive a delivery"),
            ("move-vial", "Move a vial"),
            ("take-inventory", "Take the inventory"),
            ("transfer-vial", "Transfer"),
            ("destroy-vial", "Destroy"),
            ("report-loss", "Report a loss or theft"),
            ("register-location", "Register a location"),
        ],
    )
}

fn about(app: &App, ask: &Ask) -> String {
    let board = app.clinic.board();
    let zone = board.house.zone();
    format!(
        "{}. {}. All amounts in mg.",
        board.house.name,
        moment(ask.now, &zone)
    )
}

/// A register without stock.
fn empty(app: &App, ask: &Ask, stock: &Stock) -> Ledger {
    let has_place = !stock.register.locations().is_empty();
    Ledger {
        title: "Ledger".to_owned(),
        about: about(app, ask),
        drugs: Vec::new(),
        tally: Vec::new(),
        count: None,
        acts: acts(ask),
        see_to: see_to::all(app, ask, stock),
        vials: Vec::new(),
        of: "Register".to_owned(),
        forward: None,
        lines: Vec::new(),
        when_empty: if has_place {
            "No stock has been received yet. Receive the first delivery.".to_owned()
        } else {
            "No stock has been received yet. Register a location, then receive a delivery."
                .to_owned()
        },
        paging: no_paging(),
        lots: None,
        foot: Vec::new(),
        chain: copy::chain(app),
        links: vec![Link::new("/ledger/access", "Who may handle it")],
        is_copy: false,
    }
}

const fn no_paging() -> Paging {
    Paging {
        said: String::new(),
        before: None,
        after: None,
    }
}

/// The page of one drug.
fn page(app: &App, ask: &Ask, book: &Book<'_>, of: &Of) -> Ledger {
    let is_day = matches!(of, Of::Day(_));
    let is_copy = matches!(of, Of::Whole);
    let rows: Vec<&Row<'_>> = book.rows.iter().filter(|row| book.is_of(row, of)).collect();
    let forward = match (of, rows.first()) {
        (Of::Day(_), Some(first)) => book.before(first),
        (_, _) => None,
    };
    let heading = match of {
        Of::Day(on) => day(*on),
        Of::Lot(lot) => format!("Lot {lot}"),
        Of::Vial(vial) => format!("Vial {vial}"),
        Of::Whole => "Every line".to_owned(),
    };
    let drug = book.drug.to_string();
    let title = format!("{}, schedule III", crate::sent::sentence(&drug));
    let mut links = vec![Link::new(
        format!("/ledger/copy?drug={}", path_part(&drug)),
        "Inspection copy",
    )];
    links.push(Link::new("/ledger/copy.csv", "CSV"));
    links.push(Link::new("/ledger/dispensed", "Log of what was given"));
    links.push(Link::new("/ledger/access", "Who may handle it"));
    links.push(Link::new("/ledger/forms", "Figures for forms 106 and 41"));
    Ledger {
        title: if is_copy {
            format!("Inspection copy: {}", drug_title(&title))
        } else {
            title
        },
        about: about(app, ask),
        drugs: if is_copy { Vec::new() } else { drugs(book) },
        tally: tally(book),
        count: offered(ask, &[("count-stock", "Count now")])
            .into_iter()
            .next()
            .filter(|_| !is_copy)
            .map(|link| (link, "Blind: shows no figures".to_owned())),
        acts: if is_day { acts(ask) } else { back(is_copy) },
        see_to: if is_day {
            see_to::all(app, ask, book.stock)
        } else {
            Vec::new()
        },
        vials: if is_copy { Vec::new() } else { vials(book, of) },
        of: heading,
        forward,
        lines: rows.iter().map(|row| book.line(row, !is_day)).collect(),
        when_empty: "Nothing was written that day.".to_owned(),
        paging: paging(book, of),
        lots: (is_day || is_copy).then(|| lots(book)),
        foot: foot(book),
        chain: copy::chain(app),
        links,
        is_copy,
    }
}

fn drug_title(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn back(is_copy: bool) -> Vec<Link> {
    if is_copy {
        vec![Link::new("/ledger", "Ledger")]
    } else {
        vec![Link::new("/ledger", "The ledger of the day")]
    }
}

fn drugs(book: &Book<'_>) -> Vec<(Link, bool)> {
    let all = book.stock.register.drugs();
    if all.len() < 2 {
        return Vec::new();
    }
    all.keys()
        .map(|drug| {
            let to = format!("/ledger?drug={}", path_part(drug.as_str()));
            (Link::new(to, drug.to_string()), drug == book.drug)
        })
        .collect()
}

/// What stands in cabinets and in use, of a balance.
fn on_hand(balance: &ledger::Balance) -> (u64, u64) {
    balance.accounts().fold(
        (0, 0),
        |(cabinet, in_use), (account, amount)| match lines::stands(account) {
            Some(lines::Stands::Cabinet) => (cabinet + amount.get(), in_use),
            Some(lines::Stands::InUse) => (cabinet, in_use + amount.get()),
            None => (cabinet, in_use),
        },
    )
}

fn tally(book: &Book<'_>) -> Vec<Tally> {
    let register = &book.stock.register;
    let (cabinet, in_use) = register.drugs().get(book.drug).map_or((0, 0), on_hand);
    let due = see_to::counts_due(book);
    let counted = if due == 0 {
        Mark::new(Standing::Settled, "no count is due")
    } else {
        let lots = crate::words::of(due, "lot is due", "lots are due");
        Mark::new(Standing::Watch, lots)
    };
    let one = |name: &str, number: String, mark| Tally {
        name: name.to_owned(),
        number,
        mark,
    };
    vec![
        one("Expected in cabinets", mg(Micrograms::new(cabinet)), None),
        one("In use", mg(Micrograms::new(in_use)), None),
        one("Counted", String::new(), Some(counted)),
    ]
}

fn to_lot(lot: &LotId) -> String {
    format!("/ledger/lots/{}", path_part(lot.as_str()))
}

fn to_vial(vial: &VialId) -> String {
    format!("/ledger/vials/{}", path_part(vial.as_str()))
}

/// Vials one by one where they are opened, in use or of the lot that is looked at; the rest by lot.
fn vials(book: &Book<'_>, of: &Of) -> Vec<VialLine> {
    let mut single = Vec::new();
    let mut sealed: BTreeMap<&LotId, (usize, u64)> = BTreeMap::new();
    for (id, life) in book.stock.register.vials() {
        let on_hand = life.balance.on_hand();
        let is_asked = match of {
            Of::Lot(lot) => *lot == life.lot,
            Of::Vial(vial) => vial == id,
            Of::Day(_) | Of::Whole => false,
        };
        if !book.is_drug(id) || (on_hand.get() == 0 && !is_asked) {
            continue;
        }
        if is_asked || life.is_opened || life.cabinet().is_none() {
            single.push(vial_line(book, id, life));
        } else {
            let lot = sealed.entry(&life.lot).or_default();
            *lot = (lot.0 + 1, lot.1 + on_hand.get());
        }
    }
    let lots = sealed.into_iter().map(|(lot, (n, amount))| VialLine {
        name: Link::new(to_lot(lot), format!("Lot {lot}")),
        amount: format!("{} mg", mg(Micrograms::new(amount))),
        share: 100,
        said: crate::words::of(n, "sealed vial", "sealed vials"),
    });
    single.into_iter().chain(lots).collect()
}

fn vial_line(book: &Book<'_>, id: &VialId, life: &VialLife) -> VialLine {
    let left = life.balance.on_hand();
    let share = left
        .get()
        .saturating_mul(100)
        .checked_div(life.vial.content.get())
        .and_then(|share| u8::try_from(share).ok())
        .unwrap_or(100);
    let session = life
        .balance
        .accounts()
        .find_map(|(account, _)| account.session());
    let said = match (session, life.cabinet()) {
        (Some(session), _) => {
            let drawn = life.balance.of(&Account::Syringe(session));
            format!("In use, {}: {} drawn", book.patient(session), mg(drawn))
        }
        (None, Some((place, _))) if life.is_opened => format!("Opened, in {place}"),
        (None, Some((place, _))) => format!("Sealed, in {place}"),
        (None, None) => "Nothing is left".to_owned(),
    };
    VialLine {
        name: Link::new(to_vial(id), id.to_string()),
        amount: format!("{} mg", mg(left)),
        share,
        said,
    }
}

fn paging(book: &Book<'_>, of: &Of) -> Paging {
    let Of::Day(on) = of else {
        return no_paging();
    };
    let days = book.days();
    let drug = path_part(book.drug.as_str());
    let to = |day: &Date, text: String| Link::new(format!("/ledger?drug={drug}&day={day}"), text);
    let earlier = days.iter().rev().find(|day| *day < on);
    let later = days.iter().find(|day| *day > on);
    Paging {
        said: String::new(),
        before: later.map(|one| to(one, format!("Later: {}", day(*one)))),
        after: earlier.map(|one| to(one, format!("Earlier: {}", day(*one)))),
    }
}

fn lots(book: &Book<'_>) -> Table {
    let register = &book.stock.register;
    let rows = register
        .lots()
        .iter()
        .filter(|(_, lot)| lot.drug == *book.drug)
        .map(|(id, lot)| {
            let (cabinet, in_use) = on_hand(&lot.balance);
            let of = |account: Account| Phrase::sentence(mg(lot.balance.of(&account)));
            let last = register
                .locations()
                .keys()
                .filter_map(|place| register.last_count(place, id))
                .max();
            let frozen = register.frozen_by(id).is_some();
            let mut name = vec![Phrase::link(to_lot(id), id.to_string())];
            if frozen {
                name.push(Phrase::plain(" "));
                name.push(Phrase::Mark(Mark::new(Standing::ActNow, "frozen")));
            }
            vec![
                name,
                vec![Phrase::Time(day_plain(lot.expires))],
                of(Account::Received),
                Phrase::sentence(mg(Micrograms::new(cabinet))),
                Phrase::sentence(mg(Micrograms::new(in_use))),
                of(Account::Given),
                of(Account::Wasted),
                of(Account::Transferred),
                of(Account::Destroyed),
                of(Account::Lost),
                Phrase::sentence(words::signed(lot.balance.unexplained())),
                last.map_or_else(
                    || vec![Phrase::absent("never counted")],
                    |on| vec![Phrase::Time(day_plain(on))],
                ),
            ]
        });
    Table {
        caption: "What became of each lot, in mg".to_owned(),
        columns: vec![
            Column::words("Lot"),
            Column::words("Use by"),
            Column::numbers("Received"),
            Column::numbers("Cabinets"),
            Column::numbers("In use"),
            Column::numbers("Given"),
            Column::numbers("Wasted"),
            Column::numbers("Transferred"),
            Column::numbers("Destroyed"),
            Column::numbers("Lost"),
            Column::numbers("Unexplained"),
            Column::words("Last count"),
        ],
        rows: rows.collect(),
        when_empty: "There is no lot.".to_owned(),
    }
}

/// How much of this year's dosage units was passed on to other practitioners.
fn passed_on(book: &Book<'_>) -> String {
    let rule = policy(&book.app.clinic);
    let year = book.today().year();
    let share = ledger::distribution::share(&book.stock.register, year, rule);
    let share = share.map_or_else(
        || "cannot be computed".to_owned(),
        |share| share.to_string(),
    );
    let unit = match rule.dosage_unit(book.drug.as_str()) {
        UnitIs::Millilitre => "a millilitre",
        UnitIs::Container => "a whole container",
    };
    format!(
        "Passed on to other practitioners in {year}, of all drugs: {share}; at most {} % (21 CFR 1307.11). A dosage unit of this drug is {unit}: clinic policy.",
        rule.distributed_share.value
    )
}

/// What is true of the register, and how its sum adds up.
fn foot(book: &Book<'_>) -> Vec<String> {
    let register = &book.stock.register;
    let places = register.locations().values();
    let places: Vec<String> = places
        .map(|place| {
            format!(
                "Registration {} of {} runs to {}.",
                place.registration,
                place.id,
                day_plain(place.expires)
            )
        })
        .collect();
    let mut said = vec![format!(
        "Lines are never changed; a correction is a later line that points back. 21 CFR 1304.22(c). {}",
        places.join(" ")
    )];
    if let Some(balance) = register.drugs().get(book.drug) {
        let (cabinet, in_use) = on_hand(balance);
        let of = |account: Account| mg(balance.of(&account));
        said.push(format!(
            "Received {} = in cabinets {} + in use {} + given {} + wasted {} + transferred {} + destroyed {} + lost {} + unexplained {}.",
            of(Account::Received),
            mg(Micrograms::new(cabinet)),
            mg(Micrograms::new(in_use)),
            of(Account::Given),
            of(Account::Wasted),
            of(Account::Transferred),
            of(Account::Destroyed),
            of(Account::Lost),
            words::signed(balance.unexplained())
        ));
    }
    said.push(passed_on(book));
    said
}

impl Book<'_> {
    /// What was on hand before a row.
    fn before(&self, row: &Row<'_>) -> Option<Forward> {
        let at = self.rows.iter().position(|one| one.number == row.number)?;
        let last = self.rows.get(at.checked_sub(1)?)?;
        Some(Forward {
            from: format!("From line {}", words::number(last.number)),
            cabinet: mg(Micrograms::new(last.cabinet)),
            in_use: mg(Micrograms::new(last.in_use)),
        })
    }
}
