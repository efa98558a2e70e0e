//! A council of the gods, as everybody sees it.

use serde::Serialize;

use crate::content::{Choice, Scene, World};
use crate::protocol::{Council, FavourMove, GodVote};
use crate::state::SceneState;
use crate::vocabulary::{God, SeatNo, Verdict, Vote};

/// A council as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CouncilView {
    pub doers: Vec<SeatNo>,
    /// The deed in the past tense, without subject.
    pub deed: String,
    pub votes: Vec<GodVoteView>,
    pub verdict: Verdict,
    pub carried: Vote,
    pub loudest: God,
    pub doubled: bool,
    /// The favour that the council moved.
    pub moves: Vec<FavourMove>,
}

/// A god's vote as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct GodVoteView {
    pub god: God,
    pub name: String,
    pub vote: Vote,
    /// What it says; `{doer}` stands for the doers' names and `{deed}` for the deed.
    pub speech: String,
}

/// A council of `scene`, if this world has its deed.
pub(super) fn of(
    world: &World,
    (scene, state): (&Scene, &SceneState),
    held: &Council,
) -> Option<CouncilView> {
    let option = scene.option(&held.option)?;
    let votes = held.votes.iter();
    Some(CouncilView {
        doers: held.doers.clone(),
        deed: option.deed.clone(),
        votes: votes.map(|vote| vote_view(world, option, vote)).collect(),
        verdict: held.verdict,
        carried: held.carried,
        loudest: held.loudest,
        doubled: held.doubled,
        moves: state
            .favour_moves
            .iter()
            .filter(|moved| moved.council)
            .cloned()
            .collect(),
    })
}

fn vote_view(world: &World, option: &Choice, vote: &GodVote) -> GodVoteView {
    GodVoteView {
        god: vote.god,
        name: world.god_name(vote.god),
        vote: vote.vote,
        speech: speech(world, option, vote),
    }
}

/// What a god says about this deed: the quest's words for or against it, else the god's own when unmoved.
fn speech(world: &World, option: &Choice, vote: &GodVote) -> String {
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
    line.cloned().unwrap_or_default()
}
