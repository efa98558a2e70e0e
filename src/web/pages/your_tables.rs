//! The tables at which a browser sits, as its first page lists them.

use game::{Phase, SeatView, Stage, TableId, View};

use super::words::listed;
use crate::say::{self, StaticText};

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

    pub(crate) fn title(self) -> StaticText {
        match self {
            Self::Yours => say::turn_yours(),
            Self::Others => say::turn_others(),
            Self::Told => say::turn_told(),
        }
    }
}

fn standing(view: &View) -> Option<(String, String)> {
    let (title, place) = match &view.stage {
        Stage::Gathering => (say::stage_gathering().as_str(), gathered(view)),
        Stage::Question(question) => (
            say::stage_interrogation().as_str(),
            say::place_asked(&question.god_name).to_string(),
        ),
        Stage::Waiting => (
            say::stage_interrogation().as_str(),
            say::place_others_asked().to_string(),
        ),
        Stage::QuestChoice { .. } => (
            say::stage_quests().as_str(),
            say::place_quests().to_string(),
        ),
        Stage::Scene(scene) => {
            let place = say::scene_said(scene.number, &scene.title).to_string();
            (scene.quest_title.as_str(), place)
        }
        Stage::Naming(_) => (
            say::stage_naming().as_str(),
            say::place_naming().to_string(),
        ),
        Stage::Chronicle(chronicle) => {
            let ending = chronicle.ending.as_ref();
            let ending = ending.map(|ending| ending.title.clone());
            (chronicle.quest.as_str(), ending.unwrap_or_default())
        }
        Stage::Unknown => (say::unknown_title().as_str(), String::new()),
        Stage::Closed => return None,
    };
    Some((title.to_owned(), place))
}

fn gathered(view: &View) -> String {
    let seated = view.seats.iter().filter(|seat| seat.present).count();
    say::place_chairs(seated, game::SEATS_MAX).to_string()
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
