//! What everybody sees at the end: every whisper, lie, vote, roll and companion's secret.

use serde::Serialize;

use crate::content::{Weight, World};
use crate::protocol::{Character, Manner};
use crate::state::{Phase, SceneState, Table};
use crate::view::aftermath::{self, Aftermath};
use crate::view::table::{EndingView, paragraphs};
use crate::vocabulary::{Band, God, SeatNo, Sense};

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
    pub answers: Vec<(String, String, String)>,
    pub favour: Vec<(String, i32, Band)>,
    pub shared: usize,
    pub twisted: usize,
    pub kept: usize,
}

/// A companion, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleCompanion {
    pub name: String,
    pub title: String,
    pub flaw: String,
    pub agenda: String,
    pub trigger: String,
    pub approval: i32,
    pub stayed: bool,
}

/// A scene, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleScene {
    pub title: String,
    pub bearer: String,
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
    /// Who heard it, and what they did with it.
    pub hearers: Vec<(String, Fate)>,
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

impl Table {
    /// Opens every secret, once the story is over. `None` before.
    pub fn chronicle(&self, world: &World) -> Option<Chronicle> {
        if self.phase != Phase::Chronicle {
            return None;
        }
        let quest = self.quest_in(world);
        let ending = quest.and_then(|quest| quest.ending(self.ending.as_ref()?));
        Some(Chronicle {
            quest: quest.map(|quest| quest.title.clone()).unwrap_or_default(),
            ending: ending.map(|ending| EndingView {
                title: ending.title.clone(),
                tone: ending.tone,
                prose: paragraphs(&ending.prose),
            }),
            seed: self.seed.map(crate::Seed::to_hex).unwrap_or_default(),
            commitment: self.commitment.clone(),
            trust: self.trust,
            seats: self
                .seats
                .keys()
                .filter_map(|no| self.opened_seat(world, *no))
                .collect(),
            companions: self.opened_companions(world),
            scenes: self
                .scenes
                .iter()
                .filter_map(|log| self.opened_scene(world, log))
                .collect(),
        })
    }

    fn opened_seat(&self, world: &World, no: SeatNo) -> Option<ChronicleSeat> {
        let seat = self.seats.get(&no)?;
        let answers = seat.answers.iter().filter_map(|(id, answer)| {
            let question = world.question(id)?;
            let answer = question.answers.get(usize::from(*answer))?;
            Some((
                world.god_name(question.god),
                question.text.clone(),
                answer.text.clone(),
            ))
        });
        let fates: Vec<Fate> = self.fates_of(&Character::Seat(no));
        let count = |fate| fates.iter().filter(|one| **one == fate).count();
        Some(ChronicleSeat {
            seat: no,
            name: seat.name.clone(),
            class: seat
                .class
                .as_ref()
                .and_then(|id| world.class(id))
                .map(|class| class.name.clone()),
            stayed: seat.present,
            answers: answers.collect(),
            favour: God::ALL
                .iter()
                .map(|god| {
                    (
                        world.god_name(*god),
                        seat.favour_of(*god),
                        Band::of(seat.favour_of(*god)),
                    )
                })
                .collect(),
            shared: count(Fate::Shared),
            twisted: count(Fate::Twisted),
            kept: count(Fate::Kept),
        })
    }

    fn fates_of(&self, who: &Character) -> Vec<Fate> {
        let heard = |log: &SceneState| {
            let ids = log
                .deals
                .iter()
                .map(|deal| &deal.whisper)
                .chain(log.invoked.values().flatten());
            let mut mine: Vec<_> = ids.filter(|id| log.hears(who, id)).cloned().collect();
            mine.sort();
            mine.dedup();
            mine.into_iter()
                .map(|id| fate(log, who, &id))
                .collect::<Vec<_>>()
        };
        self.scenes.iter().flat_map(heard).collect()
    }

    fn opened_companions(&self, world: &World) -> Vec<ChronicleCompanion> {
        self.companions
            .iter()
            .filter_map(|(id, ally)| {
                let sheet = world.companion(id)?;
                Some(ChronicleCompanion {
                    name: sheet.name.clone(),
                    title: sheet.title.clone(),
                    flaw: sheet.flaw.clone(),
                    agenda: sheet.agenda.clone(),
                    trigger: sheet.trigger.word().to_owned(),
                    approval: ally.approval,
                    stayed: ally.present,
                })
            })
            .collect()
    }

    fn opened_scene(&self, world: &World, log: &SceneState) -> Option<ChronicleScene> {
        let scene = self.quest_in(world)?.scene(&log.scene)?;
        let hearers = |id| {
            let party = self.seats.keys().map(|no| Character::Seat(*no));
            let party = party.chain(
                self.companions
                    .keys()
                    .map(|id| Character::Companion(id.clone())),
            );
            party
                .filter(|who| log.hears(who, id))
                .map(|who| (self.name_of(world, &who), fate(log, &who, id)))
                .collect::<Vec<_>>()
        };
        Some(ChronicleScene {
            title: scene.title.clone(),
            bearer: self.seat_name(log.bearer),
            whispers: scene
                .whispers
                .iter()
                .map(|whisper| ChronicleWhisper {
                    sense: whisper.sense,
                    weight: whisper.weight,
                    truth: whisper.truth.clone(),
                    twist: whisper.twist.clone(),
                    hearers: hearers(&whisper.id),
                })
                .collect(),
            aftermath: aftermath::of(self, world, log),
        })
    }
}

fn fate(log: &SceneState, who: &Character, id: &crate::WhisperId) -> Fate {
    match log.told_by(who, id) {
        Some(Manner::Truth) => Fate::Shared,
        Some(Manner::Twist) => Fate::Twisted,
        None => Fate::Kept,
    }
}
