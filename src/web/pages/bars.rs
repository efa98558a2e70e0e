//! What the bars say of a table: who sits there and how each stands, whose turn it is, and how far the story has come.

use game::{Phase, SeatNo, SeatView, Stage};

use service::SeatPresence;

use super::format::Awaited;
use super::means::CommandWord;
use super::table::Main;
use super::words::{Describe, listed};
use crate::say::{self, StaticText};

/// How a seat stands to what is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// Nothing is asked of it.
    Idle,
    /// Something is waited for from it.
    Awaited,
    /// It has done what was asked.
    Done,
}

impl CommandWord for Readiness {
    fn word(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Awaited => "awaited",
            Self::Done => "done",
        }
    }
}

impl Describe for Readiness {
    fn sentence(&self) -> StaticText {
        match self {
            Self::Idle => StaticText::EMPTY,
            Self::Awaited => say::ready_awaited(),
            Self::Done => say::ready_done(),
        }
    }
}

impl Main<'_> {
    /// Names what the page is at, so that whatever follows is told apart from it.
    pub(crate) fn stage_key(&self) -> String {
        let quest = self.view.told_before.len() + 1;
        match &self.view.stage {
            Stage::Gathering => "gathering".to_owned(),
            Stage::Question(question) => format!("question-{}", question.question),
            Stage::Waiting => "waiting".to_owned(),
            Stage::QuestChoice { question, .. } => match question {
                Some(question) => format!("quests-{quest}-{}", question.question),
                None => format!("quests-{quest}"),
            },
            Stage::Scene(scene) => format!("scene-{quest}-{}", scene.number),
            Stage::Naming(_) => format!("naming-{quest}"),
            Stage::Chronicle(_) => format!("chronicle-{quest}"),
            Stage::Closed => "closed".to_owned(),
            Stage::Unknown => "unknown".to_owned(),
        }
    }

    /// The number of the open scene, and about how many there are in its quest.
    pub(crate) fn progress(&self) -> Option<(usize, usize)> {
        match &self.view.stage {
            Stage::Scene(scene) => Some((scene.number, scene.about)),
            Stage::Gathering
            | Stage::Question(_)
            | Stage::Waiting
            | Stage::QuestChoice { .. }
            | Stage::Naming(_)
            | Stage::Chronicle(_)
            | Stage::Closed
            | Stage::Unknown => None,
        }
    }

    /// The state that a seat's coin shows.
    pub(crate) fn coin_state(&self, seat: &SeatView) -> &'static str {
        if self.presence_of(seat) != SeatPresence::Here {
            return "away";
        }
        match self.readiness(seat) {
            Readiness::Idle => "",
            Readiness::Awaited => "awaited",
            Readiness::Done => "ready",
        }
    }

    /// How a seat stands to what is open.
    pub(crate) fn readiness(&self, seat: &SeatView) -> Readiness {
        let asked = match &self.view.stage {
            Stage::Scene(scene) => scene.waits_for(seat.seat),
            Stage::Question(_) | Stage::Waiting | Stage::QuestChoice { .. } => true,
            Stage::Gathering
            | Stage::Naming(_)
            | Stage::Chronicle(_)
            | Stage::Closed
            | Stage::Unknown => false,
        };
        match (asked && seat.present, seat.ready) {
            (false, _) => Readiness::Idle,
            (true, false) => Readiness::Awaited,
            (true, true) => Readiness::Done,
        }
    }

    /// What names the moment a seat has done its part, so that it is told once. None while it has not.
    pub(crate) fn ready_mark(&self, seat: &SeatView) -> Option<String> {
        let done = self.readiness(seat) == Readiness::Done;
        let key = if self.view.phase == Phase::Interrogation {
            "questions".to_owned()
        } else {
            self.stage_key()
        };
        done.then(|| format!("ready-{key}-{}", seat.seat))
    }

    /// What is told when a seat has done its part.
    pub(crate) fn readiness_said(&self, seat: &SeatView) -> String {
        match (self.view.phase, self.is_you(seat)) {
            (Phase::Interrogation, true) => say::said_you_answered().to_string(),
            (Phase::Interrogation, false) => say::said_answered(&seat.name).to_string(),
            (_, true) => say::said_you_chose().to_string(),
            (_, false) => say::said_chose(&seat.name).to_string(),
        }
    }

    /// How the viewer stands to what is open.
    pub(crate) fn turn(&self) -> Readiness {
        let own = self.view.seats.iter().find(|seat| self.is_you(seat));
        let Some(own) = own else {
            return Readiness::Idle;
        };
        match &self.view.stage {
            Stage::Question(_)
            | Stage::QuestChoice {
                question: Some(_), ..
            } => Readiness::Awaited,
            Stage::Naming(naming) if naming.has_judged => Readiness::Done,
            Stage::Naming(naming) if !naming.judged.is_empty() => Readiness::Awaited,
            Stage::Gathering
            | Stage::Waiting
            | Stage::QuestChoice { question: None, .. }
            | Stage::Scene(_)
            | Stage::Naming(_)
            | Stage::Chronicle(_)
            | Stage::Closed
            | Stage::Unknown => self.readiness(own),
        }
    }

    /// What is the viewer's to do now, in a few words. Empty where there is nothing to do or to wait for.
    pub(crate) fn act(&self) -> String {
        if self.view.you.is_none() {
            return say::act_watch().to_string();
        }
        let turn = self.turn();
        match &self.view.stage {
            Stage::Gathering if self.is_host() => say::act_begin().to_string(),
            Stage::Gathering => say::act_host_begins(self.host_name()).to_string(),
            Stage::Question(question) => say::act_answer(question.number, question.of).to_string(),
            Stage::Waiting => say::act_answered().to_string(),
            Stage::QuestChoice {
                question: Some(_), ..
            } => say::act_answer_once_more().to_string(),
            Stage::QuestChoice { .. } if turn == Readiness::Awaited => say::act_quest().to_string(),
            Stage::Scene(scene) if scene.locked_in => say::act_locked().to_string(),
            Stage::Scene(_) if turn == Readiness::Awaited => say::act_choose().to_string(),
            Stage::QuestChoice { .. } => say::act_chosen().to_string(),
            Stage::Scene(_) if turn == Readiness::Done => say::act_chosen().to_string(),
            Stage::Scene(scene) => say::act_decides(self.seat_name(&scene.bearer)).to_string(),
            Stage::Naming(_) if turn == Readiness::Awaited => say::act_name().to_string(),
            Stage::Naming(_) => say::act_named().to_string(),
            Stage::Chronicle(_) | Stage::Closed | Stage::Unknown => String::new(),
        }
    }

    /// Whom else the table waits for, in a few words.
    pub(crate) fn others_awaited(&self) -> String {
        let awaited = self.awaited();
        let (names, count) = (listed(&awaited), awaited.len());
        match self.view.phase {
            _ if awaited.is_empty() => String::new(),
            Phase::Interrogation => say::awaited_answering(names, count).to_string(),
            Phase::QuestChoice | Phase::Scene => say::awaited_deciding(names, count).to_string(),
            Phase::Gathering | Phase::Naming | Phase::Chronicle | Phase::Closed => String::new(),
        }
    }

    /// Whom the scene waits for, in a sentence.
    pub(crate) fn who_is_awaited(&self) -> String {
        let names = self.awaited();
        match (self.turn() == Readiness::Awaited, names.is_empty()) {
            (true, true) => say::waits_for_you().to_string(),
            (true, false) => say::waits_for_you_and(listed(&names)).to_string(),
            (false, false) => say::waits_for(listed(&names)).to_string(),
            (false, true) => String::new(),
        }
    }

    /// The names of the others that are waited for.
    fn awaited(&self) -> Vec<&str> {
        let seats = self.view.seats.iter();
        let awaited =
            seats.filter(|seat| !self.is_you(seat) && self.readiness(seat) == Readiness::Awaited);
        awaited.map(|seat| seat.name.as_str()).collect()
    }

    /// Whether the viewer sits there.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass every argument by reference"
    )]
    pub(crate) fn is_seat(&self, seat: &SeatNo) -> bool {
        self.view.you == Some(*seat)
    }

    /// Whether anything in the scene is rolled for.
    pub(crate) fn has_checks(&self) -> bool {
        matches!(&self.view.stage, Stage::Scene(scene)
            if scene.options.iter().any(|option| option.check.is_some()))
    }

    /// Whether the viewer can do anything in the scene besides choosing and telling.
    pub(crate) fn has_means(&self) -> bool {
        let Stage::Scene(scene) = &self.view.stage else {
            return false;
        };
        let sheet = self.view.sheet.as_ref();
        let bought = !(scene.purchases.is_empty() && scene.presses.is_empty());
        let held = self.signature().is_some() || !self.callable().is_empty();
        bought || held || sheet.is_some_and(|sheet| !sheet.keepsakes.is_empty())
    }
}
