//! The tables at which a browser sits, as its first page lists them.

use game::{Phase, SeatView, Stage, TableId, View};

use super::words::listed;

/// Whom a table waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableTurn {
    /// The seat whose list this is.
    Yours,
    /// Other seats than that.
    Others,
    /// Nobody: the story is told.
    Told,
}

/// One table at which a browser sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YourTable {
    /// The address of its page.
    pub path: String,
    /// The quest, or what it is at before there is one.
    pub title: String,
    /// Where it stands.
    pub place: String,
    /// The names of the others who sit there, in a sentence's order; empty for one alone.
    pub others: String,
    /// Whom it waits for.
    pub turn: TableTurn,
}

impl YourTable {
    /// Lists a table as a seat there sees it. None that was closed before there was anything to tell.
    pub(crate) fn of(table: &TableId, view: &View) -> Option<Self> {
        let (title, place) = standing(view)?;
        let others = view.seats.iter();
        let others = others.filter(|seat| seat.present && Some(seat.seat) != view.you);
        let others: Vec<&str> = others.map(|seat| seat.name.as_str()).collect();
        Some(Self {
            path: format!("/t/{table}"),
            title,
            place,
            others: listed(&others),
            turn: turn(view),
        })
    }
}

impl TableTurn {
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Others => "others",
            Self::Told => "told",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Yours => "Your turn",
            Self::Others => "Under way",
            Self::Told => "Told",
        }
    }
}

fn standing(view: &View) -> Option<(String, String)> {
    let (title, place) = match &view.stage {
        Stage::Gathering => ("A table gathers", gathered(view)),
        Stage::Question(question) => (
            "The interrogation",
            format!("{} asks you", question.god_name),
        ),
        Stage::Waiting => ("The interrogation", "The others are being asked".to_owned()),
        Stage::QuestChoice { .. } => ("The party is called", "Which quest?".to_owned()),
        Stage::Scene(scene) => {
            let place = format!("Scene {}: {}", scene.number, scene.title);
            (scene.quest_title.as_str(), place)
        }
        Stage::Naming(_) => ("The naming", "Who lied?".to_owned()),
        Stage::Chronicle(chronicle) => {
            let ending = chronicle.ending.as_ref();
            let ending = ending.map(|ending| ending.title.clone());
            (chronicle.quest.as_str(), ending.unwrap_or_default())
        }
        Stage::Unknown => ("A missing page", String::new()),
        Stage::Closed => return None,
    };
    Some((title.to_owned(), place))
}

fn gathered(view: &View) -> String {
    let seated = view.seats.iter().filter(|seat| seat.present).count();
    format!("{seated} of {} chairs taken", game::SEATS_MAX)
}

/// Whom the table waits for, as far as the seat may know.
fn turn(view: &View) -> TableTurn {
    let own = |seat: &&SeatView| Some(seat.seat) == view.you;
    let waits = view.seats.iter().find(own).is_some_and(|seat| !seat.ready);
    let yours = match &view.stage {
        Stage::Gathering => view.you.is_some() && view.you == view.host,
        Stage::Question(_) => true,
        Stage::QuestChoice { .. } | Stage::Naming(_) => waits,
        Stage::Scene(scene) => waits && scene.has_say,
        Stage::Waiting | Stage::Chronicle(_) | Stage::Closed | Stage::Unknown => false,
    };
    match view.phase {
        Phase::Chronicle | Phase::Closed => TableTurn::Told,
        _ if yours => TableTurn::Yours,
        Phase::Gathering
        | Phase::Interrogation
        | Phase::QuestChoice
        | Phase::Scene
        | Phase::Naming => TableTurn::Others,
    }
}
