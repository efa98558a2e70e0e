//! The council: eight gods vote on a great deed, before the dice fall.
//!
//! [`convene`] fixes what they say of the deed as things stand before the throw; [`Session::hold`] makes it known;
//! [`Session::give`] is what comes of it once the scene is done.

use std::cmp::Reverse;

use crate::content::{Choice, Mood, World};
use crate::protocol::{
    Callback, Council, Event, FavourMove, FavourReason, GodVote, MomentumReason,
};
use crate::rules::draft::Draft;
use crate::rules::numbers::CouncilNumbers;
use crate::rules::{companions, gifts, momentum};
use crate::vocabulary::{CompanionId, God, Mark, Purpose, SeatNo, Tag, Verdict, Vote};

/// Scores are kept in fiftieths: a point of favour is one, a tag's point is fifty.
const WHOLE: i32 = 50;

/// A council and what its votes move, as it stands before the throw.
pub(super) struct Session {
    council: Council,
    moves: Vec<(God, i32)>,
}

/// Convenes the gods over a great deed that bears `tags`.
pub(super) fn convene(
    draft: &Draft<'_>,
    option: &Choice,
    tags: &[Tag],
    doers: &[SeatNo],
) -> Session {
    let speaking: Vec<CompanionId> = companions::speaking_against(draft);
    let votes: Vec<GodVote> = God::ALL
        .iter()
        .map(|god| god_votes(draft, *god, tags, doers, !speaking.is_empty()))
        .collect();
    let numbers = &draft.edition.council;
    let (verdict, carried) = verdict_of(numbers, &votes);
    let loudest = loudest_of(&votes, carried);
    let doubled = draft.table.party.is_watched();
    let moves = votes
        .iter()
        .map(|vote| {
            let by = movement(numbers, vote.score_50ths, verdict, doubled);
            (vote.god, by)
        })
        .collect();
    let grudges = God::ALL.iter().filter(|god| grudges(draft, **god, doers));
    let council = Council {
        option: option.id.clone(),
        doers: doers.to_vec(),
        callback: callback(draft, &votes, doers),
        votes,
        verdict,
        carried,
        loudest,
        doubled,
        spoke_against: speaking,
        grudges: grudges.copied().collect(),
    };
    Session { council, moves }
}

impl Session {
    /// Makes known what the gods said, and moves their favour to the doers.
    pub(super) fn hold(&self, draft: &mut Draft<'_>) {
        let number = 1 + held_before(draft);
        draft.happen(Event::CouncilHeld(self.council.clone()));
        for doer in &self.council.doers {
            for (god, by) in &self.moves {
                move_favour_by(draft, (*doer, *god), *by, (true, None));
            }
        }
        let word = match self.council.carried {
            Vote::For => "aye",
            Vote::Against => "nay",
            Vote::Abstained => "split",
        };
        if let Some(mark) = Mark::parse(&format!("{word}-{number}")) {
            draft.happen(Event::Marked { mark });
        }
    }

    /// What the verdict gives and lays on the doers.
    pub(super) fn give(&self, draft: &mut Draft<'_>) {
        let council = &self.council;
        for vote in &council.votes {
            if vote.vote == Vote::For {
                for doer in &council.doers {
                    gifts::relent(draft, *doer, vote.god);
                }
            }
        }
        match (council.verdict, council.carried) {
            (Verdict::Deadlock, _) | (_, Vote::Abstained) => {}
            (Verdict::Narrow, _) => self.give_narrowly(draft),
            (Verdict::Concord | Verdict::Strong, Vote::For) => {
                for doer in &council.doers {
                    gifts::bless_by_verdict(draft, *doer, council.loudest);
                }
            }
            (Verdict::Concord | Verdict::Strong, Vote::Against) => {
                for doer in &council.doers {
                    gifts::curse_by_verdict(draft, *doer, council.loudest);
                }
            }
        }
    }

    /// The loudest god for gives each doer momentum, or its blessing where it likes the doer; the loudest against bears each
    /// a grudge, and lays its curse where it does not.
    fn give_narrowly(&self, draft: &mut Draft<'_>) {
        let loudest = |side| loudest_on(&self.council.votes, side);
        let (aye, nay) = (loudest(Vote::For), loudest(Vote::Against));
        for doer in &self.council.doers {
            if let Some(god) = aye {
                speak_for(draft, *doer, god);
            }
            if let Some(god) = nay {
                resent(draft, *doer, god);
            }
        }
    }
}

fn speak_for(draft: &mut Draft<'_>, doer: SeatNo, god: God) {
    let least = if draft.is_first_evening() {
        draft.edition.gift.narrow_blessing_first_evening
    } else {
        draft.edition.gift.narrow_blessing
    };
    let held = draft.table.party.seat(doer);
    if held.is_some_and(|held| held.favour_of(god) >= least) {
        gifts::bless_by_verdict(draft, doer, god);
    } else {
        momentum::move_by(draft, doer, 1, MomentumReason::Verdict);
    }
}

fn resent(draft: &mut Draft<'_>, doer: SeatNo, god: God) {
    let Some(held) = draft.table.party.seat(doer) else {
        return;
    };
    let (favour, grudges) = (held.favour_of(god), held.grudges.contains(&god));
    if !grudges {
        draft.happen(Event::Grudged { seat: doer, god });
    }
    if favour <= draft.edition.gift.narrow_curse {
        gifts::curse_by_verdict(draft, doer, god);
    }
}

fn held_before(draft: &Draft<'_>) -> usize {
    let scenes = draft.table.scenes().iter();
    scenes.filter(|scene| scene.council.is_some()).count()
}

/// Moves a god's favour by what there is room for, so that what is shown is what moved.
pub(super) fn move_favour(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    god: God,
    by: i32,
    why: Option<FavourReason>,
) {
    move_favour_by(draft, (seat, god), by, (false, why));
}

fn move_favour_by(
    draft: &mut Draft<'_>,
    (seat, god): (SeatNo, God),
    by: i32,
    (council, why): (bool, Option<FavourReason>),
) {
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let favour = held.favour_of(god);
    let by = favour.saturating_add(by).clamp(-100, 100) - favour;
    if by != 0 {
        draft.happen(Event::FavourMoved(FavourMove {
            seat,
            god,
            by,
            council,
            why,
        }));
    }
}

/// How `god` would vote if `doers` did `option` as things stand.
pub(super) fn would_vote(draft: &Draft<'_>, god: God, option: &Choice, doers: &[SeatNo]) -> Vote {
    let tags = option.tags_when(|mark| draft.table.story.has(mark));
    let speaking = !companions::speaking_against(draft).is_empty();
    vote_of(score_of(draft, god, &tags, doers, speaking))
}

fn god_votes(
    draft: &Draft<'_>,
    god: God,
    tags: &[Tag],
    doers: &[SeatNo],
    spoken_against: bool,
) -> GodVote {
    let score_50ths = score_of(draft, god, tags, doers, spoken_against);
    let sheet = draft.world.gods.get(&god);
    let lines = sheet.map_or(0, |sheet| sheet.abstains.len());
    let of = God::ALL.iter().position(|other| *other == god);
    let of = of.and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
    let line = match u32::try_from(lines) {
        Ok(lines @ 1..) => {
            let drawn = draft.dice(Purpose::Line, of).below(lines);
            u8::try_from(drawn).unwrap_or(0)
        }
        Ok(0) | Err(_) => 0,
    };
    GodVote {
        god,
        score_50ths,
        vote: vote_of(score_50ths),
        line,
    }
}

/// Tags, mean favour, a grudge against a doer, and what a companion says against them.
fn score_of(
    draft: &Draft<'_>,
    god: God,
    tags: &[Tag],
    doers: &[SeatNo],
    spoken_against: bool,
) -> i32 {
    let seats = doers.iter().filter_map(|no| draft.table.seats().get(no));
    let favours: Vec<i32> = seats.map(|seat| seat.favour_of(god)).collect();
    let count = i32::try_from(favours.len()).unwrap_or(1).max(1);
    let mean = favours.iter().sum::<i32>() / count;
    let less = i32::from(grudges(draft, god, doers)) + i32::from(spoken_against);
    taste(draft.world, god, tags) * WHOLE + mean - less * WHOLE
}

/// What a god gives these tags.
pub(crate) fn taste(world: &World, god: God, tags: &[Tag]) -> i32 {
    let weighs = world.gods.get(&god).map(|sheet| &sheet.weighs);
    weighs.map_or(0, |weighs| {
        tags.iter().filter_map(|tag| weighs.get(tag)).sum()
    })
}

/// Whether a god bears one of the doers a grudge.
fn grudges(draft: &Draft<'_>, god: God, doers: &[SeatNo]) -> bool {
    let mut seats = doers.iter().filter_map(|no| draft.table.seats().get(no));
    seats.any(|seat| seat.grudges.contains(&god))
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
    let count = |side| votes.iter().filter(|vote| vote.vote == side).count();
    let (ayes, nays) = (count(Vote::For), count(Vote::Against));
    let carried = match ayes.cmp(&nays) {
        std::cmp::Ordering::Greater => Vote::For,
        std::cmp::Ordering::Less => Vote::Against,
        std::cmp::Ordering::Equal => return (Verdict::Deadlock, Vote::Abstained),
    };
    let verdict = if ayes.min(nays) <= 1 && ayes.max(nays) >= numbers.concord_min {
        Verdict::Concord
    } else if ayes.abs_diff(nays) >= numbers.strong_min {
        Verdict::Strong
    } else {
        Verdict::Narrow
    };
    (verdict, carried)
}

/// The god with the highest score on the winning side; on any side in a deadlock.
fn loudest_of(votes: &[GodVote], carried: Vote) -> God {
    let on_side = loudest_on(votes, carried).filter(|_| carried != Vote::Abstained);
    let any = votes
        .iter()
        .min_by_key(|vote| Reverse(vote.score_50ths.abs()));
    on_side.or(any.map(|vote| vote.god)).unwrap_or(God::Valdris)
}

/// The god with the highest score of those that vote so; the first in the order of gods among equals.
fn loudest_on(votes: &[GodVote], side: Vote) -> Option<God> {
    let voting = votes.iter().filter(|vote| vote.vote == side);
    voting
        .min_by_key(|vote| Reverse(vote.score_50ths.abs()))
        .map(|vote| vote.god)
}

/// The loudest voting god that questioned a doer and has quoted nobody in this quest quotes the doer quoted least.
fn callback(draft: &Draft<'_>, votes: &[GodVote], doers: &[SeatNo]) -> Option<Callback> {
    let scenes = draft.table.scenes().iter();
    let quoted: Vec<&Callback> = scenes
        .filter_map(|scene| scene.council.as_ref()?.callback.as_ref())
        .collect();
    let mut voting: Vec<&GodVote> = votes
        .iter()
        .filter(|vote| vote.vote != Vote::Abstained)
        .filter(|vote| !quoted.iter().any(|before| before.god == vote.god))
        .collect();
    voting.sort_by_key(|vote| Reverse(vote.score_50ths.abs()));
    let mut doers = doers.to_vec();
    doers.sort_by_key(|doer| {
        let times = quoted.iter().filter(|before| before.seat == *doer).count();
        (times, *doer)
    });
    voting.into_iter().find_map(|vote| {
        doers
            .iter()
            .find_map(|doer| last_answer(draft, *doer, vote.god))
    })
}

/// What a seat last answered a god.
fn last_answer(draft: &Draft<'_>, seat: SeatNo, god: God) -> Option<Callback> {
    let held = draft.table.party.seat(seat)?;
    let mut answers = held.answers.iter().rev();
    answers.find_map(|(id, answer)| {
        let question = draft.world.question(id).filter(|asked| asked.god == god)?;
        let said = &question.answers.get(usize::from(*answer))?.said;
        (!said.is_empty()).then(|| Callback {
            god,
            seat,
            question: id.clone(),
            answer: *answer,
        })
    })
}

/// What a god says about a deed: the quest's words for or against it, else the god's own when unmoved.
pub(crate) fn line_of<'w>(
    world: &'w World,
    option: Option<&'w Choice>,
    vote: &GodVote,
    mood: Mood,
) -> &'w str {
    let written = option.and_then(|option| option.council.get(&vote.god));
    match (vote.vote, written) {
        (Vote::For, Some(speech)) => &speech.aye,
        (Vote::Against, Some(speech)) => &speech.nay,
        (Vote::Abstained, _) | (_, None) => unmoved(world, vote, mood),
    }
}

fn unmoved<'w>(world: &'w World, vote: &GodVote, mood: Mood) -> &'w str {
    let Some(sheet) = world.gods.get(&vote.god) else {
        return "";
    };
    let is_grave = matches!(mood, Mood::Grim | Mood::Solemn) && !sheet.grave.is_empty();
    if is_grave {
        return &sheet.grave;
    }
    let line = sheet.abstains.get(usize::from(vote.line));
    line.map_or("", String::as_str)
}

/// How far a score moves a god's favour under a verdict: so much per point up to a limit, by the verdict's weight.
fn movement(numbers: &CouncilNumbers, score_50ths: i32, verdict: Verdict, doubled: bool) -> i32 {
    let move_max = numbers.move_max;
    let by = (numbers.move_per_point * score_50ths / WHOLE).clamp(-move_max, move_max);
    let weighted = by * numbers.weight(verdict) / 100;
    if doubled { weighted * 2 } else { weighted }
}
