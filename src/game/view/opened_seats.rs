//! Seats and companions, opened at the end.

use serde::Serialize;

use crate::content::World;
use crate::protocol::Character;
use crate::state::{Ally, Seat, Table};
use crate::view::opened_scenes::Fate;
use crate::view::sheet::FavourView;
use crate::view::{opened_scenes, sheet};
use crate::vocabulary::{CompanionId, God, QuestionId, SeatNo, Stake, Tag};

/// A seat, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleSeat {
    pub seat: SeatNo,
    pub name: String,
    pub class: Option<String>,
    pub stayed: bool,
    /// What each god asked, and what was answered.
    pub answers: Vec<AnswerView>,
    pub favour: Vec<FavourView>,
    pub shared: usize,
    pub twisted: usize,
    pub confided: usize,
    pub kept: usize,
    pub stake: Option<ToldStake>,
    pub legend: i32,
    /// Times it was exposed.
    pub exposed: usize,
}

/// A seat's aim, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ToldStake {
    pub stake: Stake,
    pub god_name: String,
    pub name: String,
    pub text: String,
    pub kin: Option<Character>,
    /// Whether it was met; none of who left before the end.
    pub met: Option<bool>,
}

/// A question of the interrogation, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct AnswerView {
    pub god: God,
    pub god_name: String,
    pub question: String,
    pub answer: String,
}

/// A companion, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleCompanion {
    pub companion: CompanionId,
    pub name: String,
    pub title: String,
    pub flaw: String,
    pub agenda: String,
    pub trigger: Tag,
    pub approval: i32,
    pub stayed: bool,
}

pub(super) fn opened_seat(table: &Table, world: &World, no: SeatNo, seat: &Seat) -> ChronicleSeat {
    let answers = seat.answers.iter();
    let fates: Vec<Fate> = opened_scenes::fates_of(table, &Character::Seat(no));
    let count = |fate| fates.iter().filter(|one| **one == fate).count();
    let class = seat.class.as_ref().and_then(|id| world.class(id));
    ChronicleSeat {
        seat: no,
        name: seat.name.clone(),
        class: class.map(|class| class.name.clone()),
        stayed: seat.present,
        answers: answers
            .filter_map(|(question, answer)| answer_view(world, question, *answer))
            .collect(),
        favour: sheet::favour(world, seat),
        shared: count(Fate::Shared),
        twisted: count(Fate::Twisted),
        confided: count(Fate::Confided),
        kept: count(Fate::Kept),
        stake: told_stake(world, seat),
        legend: seat.legend,
        exposed: table
            .scenes()
            .iter()
            .flat_map(|scene| &scene.exposures)
            .filter(|(who, _)| *who == Character::Seat(no))
            .count(),
    }
}

fn told_stake(world: &World, seat: &Seat) -> Option<ToldStake> {
    let held = seat.stake.as_ref()?;
    let sheet = world.stake(held.stake)?;
    Some(ToldStake {
        stake: held.stake,
        god_name: world.god_name(sheet.god),
        name: sheet.name.clone(),
        text: sheet.text.clone(),
        kin: held.kin.clone(),
        met: held.met,
    })
}

fn answer_view(world: &World, id: &QuestionId, answer: u8) -> Option<AnswerView> {
    let question = world.question(id)?;
    let answer = question.answers.get(usize::from(answer))?;
    Some(AnswerView {
        god: question.god,
        god_name: world.god_name(question.god),
        question: question.text.clone(),
        answer: answer.text.clone(),
    })
}

pub(super) fn opened_companion(
    world: &World,
    id: &CompanionId,
    ally: &Ally,
) -> Option<ChronicleCompanion> {
    let sheet = world.companion(id)?;
    Some(ChronicleCompanion {
        companion: id.clone(),
        name: sheet.name.clone(),
        title: sheet.title.clone(),
        flaw: sheet.flaw.clone(),
        agenda: sheet.agenda.clone(),
        trigger: sheet.trigger,
        approval: ally.approval,
        stayed: ally.present,
    })
}
