//! The council: eight gods vote on a great deed.

use std::cmp::Reverse;

use crate::content::{Choice, World};
use crate::protocol::{Council, Event, FavourMove, GodVote};
use crate::rules::draft::Draft;
use crate::rules::edition::CouncilNumbers;
use crate::vocabulary::{God, SeatNo, Verdict, Vote};

/// Scores are kept in fiftieths: a point of favour is one, a tag's point is fifty.
const WHOLE: i32 = 50;

/// Convenes the gods over a great deed.
pub(super) fn hold(draft: &mut Draft<'_>, option: &Choice, doers: &[SeatNo]) {
    let votes: Vec<GodVote> = God::ALL
        .iter()
        .map(|god| god_votes(draft, *god, option, doers))
        .collect();
    let numbers = &draft.edition.council;
    let (verdict, carried) = verdict_of(numbers, &votes);
    let loudest = votes
        .iter()
        .min_by_key(|vote| Reverse(vote.score_50ths.abs()))
        .map_or(God::Valdris, |vote| vote.god);
    let doubled = draft.table.party.is_watched();
    let moves: Vec<(God, i32)> = votes
        .iter()
        .map(|vote| {
            let by = movement(numbers, vote.score_50ths, verdict, doubled);
            (vote.god, by)
        })
        .collect();
    draft.happen(Event::CouncilHeld(Council {
        option: option.id.clone(),
        doers: doers.to_vec(),
        votes,
        verdict,
        carried,
        loudest,
        doubled,
    }));
    for doer in doers {
        for (god, by) in &moves {
            move_favour(draft, *doer, *god, *by, true);
        }
    }
}

/// Moves a god's favour by what there is room for, so that what is shown is what moved.
pub(super) fn move_favour(draft: &mut Draft<'_>, seat: SeatNo, god: God, by: i32, council: bool) {
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let favour = held.favour_of(god);
    let by = (favour + by).clamp(-100, 100) - favour;
    if by != 0 {
        draft.happen(Event::FavourMoved(FavourMove {
            seat,
            god,
            by,
            council,
        }));
    }
}

fn god_votes(draft: &mut Draft<'_>, god: God, option: &Choice, doers: &[SeatNo]) -> GodVote {
    let favours: Vec<i32> = doers
        .iter()
        .filter_map(|no| draft.table.seats().get(no))
        .map(|seat| seat.favour_of(god))
        .collect();
    let count = i32::try_from(favours.len()).unwrap_or(1).max(1);
    let score_50ths = score_50ths(
        draft.world,
        god,
        option,
        favours.iter().sum::<i32>() / count,
    );
    let lines = draft
        .world
        .gods
        .get(&god)
        .map_or(0, |sheet| sheet.abstains.len());
    let line = match u32::try_from(lines) {
        Ok(lines @ 1..) => u8::try_from(draft.dice.below(lines)).unwrap_or(0),
        Ok(0) | Err(_) => 0,
    };
    GodVote {
        god,
        score_50ths,
        vote: vote_of(score_50ths),
        line,
    }
}

/// How a god scores an option done by doers of this mean favour.
fn score_50ths(world: &World, god: God, option: &Choice, favour: i32) -> i32 {
    let weighs = world.gods.get(&god).map(|sheet| &sheet.weighs);
    let tags: i32 = weighs.map_or(0, |weighs| {
        option.tags.iter().filter_map(|tag| weighs.get(tag)).sum()
    });
    tags * WHOLE + favour
}

/// What a score makes a god vote.
fn vote_of(score_50ths: i32) -> Vote {
    if score_50ths >= WHOLE {
        Vote::For
    } else if score_50ths <= -WHOLE {
        Vote::Against
    } else {
        Vote::Abstained
    }
}

/// What the votes come to, and for which side.
fn verdict_of(numbers: &CouncilNumbers, votes: &[GodVote]) -> (Verdict, Vote) {
    let ayes = votes.iter().filter(|vote| vote.vote == Vote::For).count();
    let nays = votes
        .iter()
        .filter(|vote| vote.vote == Vote::Against)
        .count();
    let carried = match ayes.cmp(&nays) {
        std::cmp::Ordering::Greater => Vote::For,
        std::cmp::Ordering::Less => Vote::Against,
        std::cmp::Ordering::Equal => return (Verdict::Deadlock, Vote::Abstained),
    };
    let verdict = if ayes.min(nays) == 0 && ayes.max(nays) >= numbers.concord_min {
        Verdict::Concord
    } else if ayes.abs_diff(nays) >= numbers.strong_min {
        Verdict::Strong
    } else {
        Verdict::Narrow
    };
    (verdict, carried)
}

/// How far a score moves a god's favour under a verdict: so much per point up to a limit, by the verdict's weight.
fn movement(numbers: &CouncilNumbers, score_50ths: i32, verdict: Verdict, doubled: bool) -> i32 {
    let move_max = numbers.move_max;
    let by = (numbers.move_per_point * score_50ths / WHOLE).clamp(-move_max, move_max);
    let weighted = by * numbers.weight(verdict) / 100;
    if doubled { weighted * 2 } else { weighted }
}
