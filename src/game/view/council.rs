//! A council of the gods, as everybody sees it.

use serde::Serialize;

use crate::content::{Scene, World};
use crate::protocol::{Callback, Council, FavourMove, GodVote};
use crate::rules::council;
use crate::state::SceneState;
use crate::view::aftermath::Eyes;
use crate::vocabulary::{CompanionId, God, SeatNo, Verdict, Vote};

/// A council as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// A god that quotes a doer before it speaks.
    pub callback: Option<CallbackView>,
    /// The companions that spoke against the doers.
    pub spoke_against: Vec<CompanionId>,
    /// The gods whose grudge against a doer was spent on it.
    pub grudges: Vec<God>,
    /// The favour that the council moved: the viewer's own.
    pub moves: Vec<FavourMove>,
}

/// What a god quotes of what a doer told it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CallbackView {
    pub god: God,
    pub seat: SeatNo,
    /// The clause that follows "You told me".
    pub said: String,
}

/// A god's vote as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    eyes: Eyes,
) -> Option<CouncilView> {
    let option = scene.option(&held.option)?;
    let votes = held.votes.iter();
    let vote_view = |vote: &GodVote| GodVoteView {
        god: vote.god,
        name: world.god_name(vote.god),
        vote: vote.vote,
        speech: council::line_of(world, Some(option), vote, scene.mood).to_owned(),
    };
    // How far each moved would name a doer's god.
    let moves = state.favour_moves.iter();
    let own = moves.filter(|moved| moved.council && eyes.see(moved.seat));
    Some(CouncilView {
        doers: held.doers.clone(),
        deed: option.deed.clone(),
        votes: votes.map(vote_view).collect(),
        verdict: held.verdict,
        carried: held.carried,
        loudest: held.loudest,
        doubled: held.doubled,
        callback: held
            .callback
            .as_ref()
            .and_then(|held| callback(world, held)),
        spoke_against: held.spoke_against.clone(),
        grudges: held.grudges.clone(),
        moves: own.cloned().collect(),
    })
}

fn callback(world: &World, held: &Callback) -> Option<CallbackView> {
    let question = world.question(&held.question)?;
    let answer = question.answers.get(usize::from(held.answer))?;
    Some(CallbackView {
        god: held.god,
        seat: held.seat,
        said: answer.said.clone(),
    })
}
