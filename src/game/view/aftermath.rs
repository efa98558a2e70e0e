//! What came of a scene, as everybody sees it: votes, rolls, outcomes, the council, what moved.

use serde::Serialize;

use crate::content::{Choice, Scene, World};
use crate::protocol::{Chance, Character, Done, GodVote, OutcomeKind, Roll, TrustReason};
use crate::rules::council::{Verdict, Vote};
use crate::state::{Council, SceneState, Table};
use crate::vocabulary::{CompanionId, God, OptionId, SeatNo, Skill};

/// What came of a scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Aftermath {
    pub title: String,
    /// Nobody chose, so the default happened.
    pub by_silence: bool,
    /// Who voted for what.
    pub ballots: Vec<(String, String)>,
    pub done: Vec<DoneView>,
    pub council: Option<CouncilView>,
    pub trust_moves: Vec<(i32, TrustReason)>,
    pub growths: Vec<(String, Skill, i32)>,
    /// Companions' names and by how much their approval moved.
    pub approvals: Vec<(String, i32)>,
    /// Companions who left, and what they said.
    pub departures: Vec<(String, String)>,
}

/// A deed and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct DoneView {
    pub doers: String,
    pub label: String,
    pub roll: Option<RollView>,
    pub kind: OutcomeKind,
    pub text: String,
}

/// A roll as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct RollView {
    pub hand: String,
    pub skill: Skill,
    pub difficulty: i32,
    pub chance: Chance,
    pub value: u32,
}

/// A council as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CouncilView {
    pub doers: String,
    pub deed: String,
    pub votes: Vec<GodVoteView>,
    pub verdict: Verdict,
    pub carried: Vote,
    pub loudest: String,
    pub doubled: bool,
    /// Favour moved: the doer's name, the god's name, by how much.
    pub moves: Vec<(String, String, i32)>,
}

/// A god's vote as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct GodVoteView {
    pub god: God,
    pub name: String,
    pub vote: Vote,
    pub speech: String,
}

/// Shows what came of a scene, if this world has it and it was decided.
pub(crate) fn of(table: &Table, world: &World, log: &SceneState) -> Option<Aftermath> {
    let scene = table.quest_in(world)?.scene(&log.scene)?;
    if log.done.is_empty() {
        return None;
    }
    let label = |id: &OptionId| {
        scene
            .option(id)
            .map(|option| option.label.clone())
            .unwrap_or_default()
    };
    let companion = |id: &CompanionId| table.name_of(world, &Character::Companion(id.clone()));
    Some(Aftermath {
        title: scene.title.clone(),
        by_silence: log.by_silence,
        ballots: log
            .ballots
            .iter()
            .map(|ballot| (table.name_of(world, &ballot.voice), label(&ballot.option)))
            .collect(),
        done: log
            .done
            .iter()
            .filter_map(|done| done_view(table, world, scene, done))
            .collect(),
        council: log
            .council
            .as_ref()
            .and_then(|held| council_view(table, world, (scene, log), held)),
        trust_moves: log.trust_moves.clone(),
        growths: log
            .growths
            .iter()
            .map(|(no, skill, by)| (table.seat_name(*no), *skill, *by))
            .collect(),
        approvals: log
            .approval_moves
            .iter()
            .map(|(id, by, _)| (companion(id), *by))
            .collect(),
        departures: log
            .departures
            .iter()
            .map(|id| {
                let parting = world
                    .companion(id)
                    .map(|sheet| sheet.parting.clone())
                    .unwrap_or_default();
                (companion(id), parting)
            })
            .collect(),
    })
}

fn done_view(table: &Table, world: &World, scene: &Scene, done: &Done) -> Option<DoneView> {
    let option = scene.option(&done.option)?;
    let shown = |roll: &Roll| RollView {
        hand: table.name_of(world, &roll.hand),
        skill: roll.skill,
        difficulty: roll.difficulty,
        chance: roll.chance.clone(),
        value: roll.throw.value,
    };
    Some(DoneView {
        doers: names(table, &done.doers),
        label: option.label.clone(),
        roll: done.roll.as_ref().map(shown),
        kind: done.kind,
        text: option
            .outcome_of(done.kind)
            .map(|outcome| outcome.text.clone())
            .unwrap_or_default(),
    })
}

fn council_view(
    table: &Table,
    world: &World,
    (scene, log): (&Scene, &SceneState),
    held: &Council,
) -> Option<CouncilView> {
    let option = scene.option(&held.option)?;
    let doers = names(table, &held.doers);
    Some(CouncilView {
        votes: held
            .votes
            .iter()
            .map(|vote| GodVoteView {
                god: vote.god,
                name: world.god_name(vote.god),
                vote: vote.vote,
                speech: speech(world, option, vote, &doers),
            })
            .collect(),
        doers,
        deed: option.deed.clone(),
        verdict: held.verdict,
        carried: held.carried,
        loudest: world.god_name(held.loudest),
        doubled: held.doubled,
        moves: log
            .favour_moves
            .iter()
            .filter(|(_, _, _, council)| *council)
            .map(|(no, god, by, _)| (table.seat_name(*no), world.god_name(*god), *by))
            .collect(),
    })
}

/// What a god says about this deed: the quest's words for or against it, else the god's own when unmoved.
fn speech(world: &World, option: &Choice, vote: &GodVote, doers: &str) -> String {
    let written = option.council.get(&vote.god);
    let unmoved = || {
        let lines = world.gods.get(&vote.god).map(|sheet| &sheet.abstains);
        lines.and_then(|lines| lines.get(usize::from(vote.line)))
    };
    let line = match (vote.vote, written) {
        (Vote::For, Some(speech)) => Some(&speech.aye),
        (Vote::Against, Some(speech)) => Some(&speech.nay),
        (Vote::Abstained, _) | (_, None) => unmoved(),
    };
    let line = line.cloned().unwrap_or_default();
    line.replace("{doer}", doers)
        .replace("{deed}", &option.deed)
}

/// "Anna", "Anna and Ben", "Anna, Ben and Chris".
pub(crate) fn names(table: &Table, seats: &[SeatNo]) -> String {
    let names: Vec<String> = seats.iter().map(|no| table.seat_name(*no)).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
