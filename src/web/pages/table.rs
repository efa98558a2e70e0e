//! The page of a table, whole and in the part that live updates send.

use std::collections::BTreeMap;

use super::deadline::Deadline;
use super::format::{
    AftermathSummary, QuestionOrder, RollChance, RollMark, SignedNumber, Slug, VoteCount,
    VoteStroke,
};
use super::means::{CommandWord, GiftAsk, NamedWithCall, QuietWays};
use super::notice::Notice;
use super::opened::{LieEnd, OpenedSecret};
use super::outcome::{CouncilArc, OutcomeMerge};
use super::rite::QuestionLights;
use super::words::{Describe, Named, Said, Word};
use crate::say::{self, StaticText};
use askama::Template;
use game::{
    Aftermath, CompanionView, EndingView, God, Manner, Phase, SEATS_MAX, SeatNo, SeatView, Sense,
    SignatureView, Sitting, Skill, Spoken, Stage, TableId, TimeLimit, Version, View,
};
use service::{ChainProof, Holder, SeatPresence};

/// How others come to the table.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// The whole address of the joining form.
    pub link: &'a str,
    /// Whether the address is short enough for a QR code. While the table gathers, the page shows it.
    pub is_drawn: bool,
    /// Whether the address leads every device to itself, so that nobody else can come by it.
    pub only_here: bool,
}

/// The page of a table.
#[derive(Debug, Template)]
#[template(path = "table.html")]
pub struct TablePage<'a> {
    /// The table it shows.
    pub table: &'a TableId,
    /// The version it shows.
    pub version: Version,
    /// What the browser's tab says.
    pub title: &'a str,
    /// The part that changes, rendered, with an id in each form.
    pub main: &'a str,
    /// How news come to the page: `stream`, `socket` or `ask`.
    pub news: &'a str,
    /// The server's clock, so that a device with a wrong one counts down rightly.
    pub now_ms: u64,
    /// Why the last command changed nothing.
    pub notice: Option<Notice<'a>>,
    /// What a screen for all shows besides, where the page is for one.
    pub tv: Option<TvScreen<'a>>,
}

/// What a screen for all shows while the table gathers.
#[derive(Clone, Copy, Debug)]
pub struct TvScreen<'a> {
    /// The host and port where one types the table's code.
    pub door: &'a str,
    /// Whether the link that leads to the table is drawn as a QR code.
    pub is_drawn: bool,
}

/// The part of a table's page that changes. All who see the same share its rendering, and live updates send the
/// lines that differ, so it holds nothing that differs without reason: its forms have no ids.
#[derive(Debug, Template)]
#[template(path = "main.html")]
pub struct Main<'a> {
    /// The table it shows.
    pub table: &'a TableId,
    /// What this seat, or a spectator, may see.
    pub view: &'a View,
    /// Who holds the seat that looks.
    pub holder: Option<Holder>,
    /// Who is there. A seat that is not named is away.
    pub presence: &'a BTreeMap<SeatNo, SeatPresence>,
    /// What stands for all that has happened.
    pub proof: &'a ChainProof,
    /// How others come to the table.
    pub invitation: Option<Invitation<'a>>,
    /// The path at which the told story is read by whoever has it, while it is given out.
    pub story: Option<&'a str>,
}

impl Main<'_> {
    fn heading(&self) -> &str {
        match &self.view.stage {
            Stage::Gathering => say::stage_gathering().as_str(),
            Stage::Question(_) | Stage::Waiting => say::stage_interrogation().as_str(),
            Stage::QuestChoice { .. } => say::stage_quests().as_str(),
            Stage::Scene(scene) => &scene.quest_title,
            Stage::Naming(_) => say::stage_naming().as_str(),
            Stage::Chronicle(_) => say::chronicle().as_str(),
            Stage::Closed | Stage::Unknown => say::stage_none().as_str(),
        }
    }

    /// What the browser's tab says, and what is read out when the stage changes.
    pub fn stage_title(&self) -> String {
        match &self.view.stage {
            Stage::Gathering => say::stage_gathering().to_string(),
            Stage::Question(question) => say::tab_asks(&question.god_name).to_string(),
            Stage::Waiting => say::tab_spoken().to_string(),
            Stage::QuestChoice { .. } => say::act_quest().to_string(),
            Stage::Scene(scene) => scene.title.clone(),
            Stage::Naming(_) => say::tab_naming().to_string(),
            Stage::Chronicle(_) => say::chronicle().to_string(),
            Stage::Closed => say::tab_closed().to_string(),
            Stage::Unknown => say::unknown_title().to_string(),
        }
    }

    pub(super) fn mood(&self) -> &'static str {
        match &self.view.stage {
            Stage::Scene(scene) => scene.mood.slug(),
            Stage::Naming(naming) => mood_of(naming.ending.as_ref()),
            Stage::Chronicle(chronicle) => mood_of(chronicle.ending.as_ref()),
            Stage::Question(_) | Stage::Waiting => "solemn",
            Stage::Gathering | Stage::QuestChoice { .. } | Stage::Closed | Stage::Unknown => "calm",
        }
    }

    /// Numbers the aftermath, so that a new one opens though the last was folded away.
    pub(super) fn scene_count(&self) -> usize {
        match &self.view.stage {
            Stage::Scene(scene) => scene.number,
            Stage::Chronicle(chronicle) => chronicle.scenes.len() + 1,
            Stage::Gathering
            | Stage::Question(_)
            | Stage::Waiting
            | Stage::QuestChoice { .. }
            | Stage::Naming(_)
            | Stage::Closed
            | Stage::Unknown => 0,
        }
    }

    /// What came of the scene before, where it precedes the stage. After a naming all have read it, and the Chronicle
    /// tells it in its place.
    fn aftermath_above(&self) -> Option<&Aftermath> {
        let told = matches!(&self.view.stage, Stage::Chronicle(told) if self.was_named(told));
        self.view.aftermath.as_ref().filter(|_| !told)
    }

    /// Whether the stage comes in beats of its own.
    fn has_beats(&self) -> bool {
        self.in_story() || matches!(self.view.stage, Stage::QuestChoice { .. })
    }

    pub(super) fn in_story(&self) -> bool {
        matches!(
            self.view.stage,
            Stage::Scene(_) | Stage::Naming(_) | Stage::Chronicle(_)
        )
    }

    pub(super) fn is_locked_in(&self) -> bool {
        matches!(&self.view.stage, Stage::Scene(scene) if scene.locked_in)
    }

    /// The deadline players are to see. Without a limit there is one all the same, a week off, which only
    /// keeps a table from staying open for ever; until time is called, or all have chosen.
    fn deadline(&self) -> Option<Deadline> {
        let limited = self.view.limit != TimeLimit::Off && self.view.phase != Phase::Gathering;
        let called = matches!(&self.view.stage, Stage::Scene(scene)
            if self.view.you.is_some() && !scene.may.call_time);
        let hurried = limited || called || self.is_locked_in();
        self.view
            .deadline_ms
            .filter(|_| hurried && self.view.phase.is_live())
            .map(Deadline)
    }

    /// Names the holder the page was made for: its forms say it, and the script compares. Empty for a spectator.
    pub(crate) fn made_for(&self) -> String {
        self.holder
            .map(|holder| holder.to_string())
            .unwrap_or_default()
    }

    pub(super) fn is_you(&self, seat: &SeatView) -> bool {
        self.view.you == Some(seat.seat)
    }

    fn is_yours(&self, line: &Spoken) -> bool {
        self.view.you == Some(line.seat)
    }

    pub(super) fn is_host(&self) -> bool {
        self.view.you.is_some() && self.view.you == self.view.host
    }

    fn is_gathering(&self) -> bool {
        self.view.phase == Phase::Gathering
    }

    fn is_seated_and_live(&self) -> bool {
        self.view.you.is_some() && self.view.phase.is_live()
    }

    /// In the naming nobody talks: each is to say what it thinks alone.
    fn may_speak(&self) -> bool {
        let is_told = matches!(&self.view.stage, Stage::Chronicle(told) if told.ending.is_some());
        let is_played = self.is_seated_and_live() && self.view.phase != Phase::Naming;
        is_played || (is_told && self.view.you.is_some() && !self.view.outdated)
    }

    /// The host may free any seat, and anybody the host's; it is offered once they have been gone for long.
    fn may_free(&self, seat: &SeatView) -> bool {
        let allowed = self.is_host() || seat.is_host;
        allowed
            && seat.present
            && !self.is_you(seat)
            && self.presence_of(seat) == SeatPresence::Absent
    }

    /// The chairs round a table that gathers, and who sits on them.
    fn chairs(&self) -> Vec<(u8, Option<&SeatView>)> {
        let taken = |number| {
            let mut seats = self.view.seats.iter();
            seats.find(|seat| seat.present && seat.seat.0 == number)
        };
        (1..=SEATS_MAX)
            .map(|number| (number, taken(number)))
            .collect()
    }

    fn is_full(&self) -> bool {
        self.chairs().iter().all(|(_, seat)| seat.is_some())
    }

    pub(super) fn host_name(&self) -> &str {
        let host = self.view.seats.iter().find(|seat| seat.is_host);
        host.map_or(say::nameless_host().as_str(), |seat| &seat.name)
    }

    pub(super) fn presence_of(&self, seat: &SeatView) -> SeatPresence {
        if !seat.present {
            return SeatPresence::Absent;
        }
        // Whoever reads this page is here, whether or not the bus has heard of it yet.
        if self.is_you(seat) {
            return SeatPresence::Here;
        }
        let known = self.presence.get(&seat.seat).copied();
        known.unwrap_or(SeatPresence::Away)
    }

    /// What a seat does until it is ready.
    fn task(&self, seat: &SeatView) -> Option<StaticText> {
        let task = match self.view.phase {
            Phase::Interrogation => say::task_answering(),
            Phase::QuestChoice | Phase::Scene => say::task_deciding(),
            Phase::Gathering | Phase::Naming | Phase::Chronicle | Phase::Closed => return None,
        };
        seat.present.then_some(task)
    }

    /// Companions' names and the labels of what they lean to.
    fn leanings(&self) -> Vec<(&str, &str)> {
        let Stage::Scene(scene) = &self.view.stage else {
            return Vec::new();
        };
        let leaning = |one: &'_ CompanionView| {
            let leans_to = one.leans_to.as_ref()?;
            scene.options.iter().find(|open| open.option == *leans_to)
        };
        let companions = self.view.companions.iter();
        companions
            .filter_map(|one| Some((one.name.as_str(), leaning(one)?.label.as_str())))
            .collect()
    }

    pub(super) fn signature(&self) -> Option<&SignatureView> {
        self.view.sheet.as_ref()?.signature.as_ref()
    }
}

fn mood_of(ending: Option<&EndingView>) -> &'static str {
    ending.map_or("solemn", |ending| ending.tone.slug())
}
