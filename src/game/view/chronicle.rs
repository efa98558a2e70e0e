//! What everybody sees at the end: every whisper, lie, vote, roll and companion's secret.

use serde::Serialize;

use crate::content::{Weight, Whisper, World};
use crate::protocol::{Character, Manner};
use crate::rules::quests;
use crate::state::{Ally, Phase, SceneState, Seat, Table};
use crate::view::aftermath::{self, Aftermath};
use crate::view::seats::{self, FavourView};
use crate::view::text::EndingView;
use crate::vocabulary::{CompanionId, God, QuestionId, SeatNo, Seed, Sense, Tag, WhisperId};

/// The whole story, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Chronicle {
    pub quest: String,
    pub ending: Option<EndingView>,
    /// The seed all chance came from, in hexadecimal digits.
    pub seed: String,
    /// Its hash, as it stood from the first moment.
    pub commitment: String,
    pub trust: i32,
    /// Whether the party may go on to a quest it has not played.
    pub may_go_on: bool,
    pub seats: Vec<ChronicleSeat>,
    pub companions: Vec<ChronicleCompanion>,
    pub scenes: Vec<ChronicleScene>,
}

/// A seat, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    pub kept: usize,
}

/// A question of the interrogation, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct AnswerView {
    pub god: God,
    pub god_name: String,
    pub question: String,
    pub answer: String,
}

/// A companion, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

/// A scene, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleScene {
    pub title: String,
    pub bearer: SeatNo,
    pub whispers: Vec<ChronicleWhisper>,
    pub aftermath: Option<Aftermath>,
}

/// A whisper, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleWhisper {
    pub sense: Sense,
    pub weight: Weight,
    pub truth: String,
    pub twist: String,
    pub hearers: Vec<HearerFate>,
}

/// A hearer of a whisper, and what they did with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct HearerFate {
    pub who: Character,
    pub fate: Fate,
}

/// What a hearer did with a whisper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each fate is its own word")]
pub enum Fate {
    Shared,
    Twisted,
    Kept,
}

/// Opens every secret, once the story is over. `None` before.
pub(super) fn of(table: &Table, world: &World) -> Option<Chronicle> {
    if table.phase() != Phase::Chronicle {
        return None;
    }
    let quest = table.quest_in(world);
    let ending = quest.and_then(|quest| quest.ending(table.ending()?));
    let companions = table.party.companions().iter();
    Some(Chronicle {
        quest: quest.map(|quest| quest.title.clone()).unwrap_or_default(),
        ending: ending.map(EndingView::of),
        seed: table.seed().map(Seed::to_hex).unwrap_or_default(),
        commitment: table.commitment().to_owned(),
        trust: table.trust(),
        may_go_on: !table.lobby.is_closed() && quests::unplayed(table, world).next().is_some(),
        seats: table
            .seats()
            .iter()
            .map(|(no, seat)| opened_seat(table, world, *no, seat))
            .collect(),
        companions: companions
            .filter_map(|(id, ally)| opened_companion(world, id, ally))
            .collect(),
        scenes: table
            .scenes()
            .iter()
            .filter_map(|scene| opened_scene(table, world, scene))
            .collect(),
    })
}

fn opened_seat(table: &Table, world: &World, no: SeatNo, seat: &Seat) -> ChronicleSeat {
    let answers = seat.answers.iter();
    let fates: Vec<Fate> = fates_of(table, &Character::Seat(no));
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
        favour: seats::favour(world, seat),
        shared: count(Fate::Shared),
        twisted: count(Fate::Twisted),
        kept: count(Fate::Kept),
    }
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

fn fates_of(table: &Table, who: &Character) -> Vec<Fate> {
    let heard = |state: &SceneState| {
        let dealt = state.deals.iter().map(|deal| &deal.whisper);
        let ids = dealt.chain(state.invoked.values().flatten());
        let mut mine: Vec<_> = ids.filter(|id| state.hears(who, id)).cloned().collect();
        mine.sort();
        mine.dedup();
        mine.into_iter()
            .map(|id| fate(state, who, &id))
            .collect::<Vec<_>>()
    };
    let scenes = table.scenes().iter();
    scenes.flat_map(|state| heard(state)).collect()
}

fn opened_companion(world: &World, id: &CompanionId, ally: &Ally) -> Option<ChronicleCompanion> {
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

fn opened_scene(table: &Table, world: &World, state: &SceneState) -> Option<ChronicleScene> {
    let scene = table.quest_in(world)?.scene(&state.scene)?;
    let whispers = scene.whispers.iter();
    Some(ChronicleScene {
        title: scene.title.clone(),
        bearer: state.bearer,
        whispers: whispers
            .map(|whisper| opened_whisper(table, state, whisper))
            .collect(),
        aftermath: aftermath::of(table, world, state),
    })
}

fn opened_whisper(table: &Table, state: &SceneState, whisper: &Whisper) -> ChronicleWhisper {
    let seats = table.seats().keys().map(|no| Character::Seat(*no));
    let companions = table.party.companions().keys().cloned();
    let party = seats.chain(companions.map(Character::Companion));
    ChronicleWhisper {
        sense: whisper.sense,
        weight: whisper.weight,
        truth: whisper.truth.clone(),
        twist: whisper.twist.clone(),
        hearers: party
            .filter(|who| state.hears(who, &whisper.id))
            .map(|who| HearerFate {
                fate: fate(state, &who, &whisper.id),
                who,
            })
            .collect(),
    }
}

fn fate(state: &SceneState, who: &Character, id: &WhisperId) -> Fate {
    match state.told_by(who, id) {
        Some(Manner::Truth) => Fate::Shared,
        Some(Manner::Twist) => Fate::Twisted,
        None => Fate::Kept,
    }
}
