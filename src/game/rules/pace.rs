//! How long a scene waits, and what makes it wait shorter or longer.
//!
//! Reading time is counted from what everybody is shown and from nothing private, and is fixed when the scene opens.

use crate::content::{Also, DecisionMode, Effect, Outcome, Scene};
use crate::protocol::{DeadlineMove, DeadlineReason, Event, Refusal, SeatGift, TimeLimit};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{edition, lobby, resolution, scene};
use crate::state::{Phase, SceneState, Table};
use crate::vocabulary::{Gift, GiftKind, God, OutcomeKind, SeatNo};

/// How long an ending takes to read at most, in milliseconds.
const ENDING_MAX_MS: u64 = 2 * 60_000;

impl Table {
    /// How long before its deadline that was set, in milliseconds, at most: how long the table waits where it stands.
    pub fn wait_ms(&self) -> u64 {
        let limit = self.lobby.limit();
        match self.phase() {
            Phase::Gathering => TimeLimit::gathering_ms(),
            Phase::Interrogation => limit.interrogation_ms(),
            // Between two quests the gods ask again.
            Phase::QuestChoice if !self.story.told().is_empty() => limit.interrogation_ms(),
            Phase::QuestChoice => limit.scene_ms(),
            Phase::Naming if limit.is_live() => {
                edition::of_table(self).time.naming_ms + ENDING_MAX_MS
            }
            Phase::Naming => TimeLimit::Day.scene_ms(),
            Phase::Scene => self
                .open_scene()
                .map_or(0, SceneState::longest_wait_ms)
                .max(limit.scene_ms()),
            Phase::Chronicle | Phase::Closed => 0,
        }
    }
}

/// How long a new scene waits: the chosen limit and the time to read it.
pub(super) fn scene_wait_ms(draft: &Draft<'_>, scene: &Scene) -> u64 {
    let wait_ms = draft.table.lobby.limit().scene_ms() + reading_ms(draft, scene);
    wait_ms.min(TimeLimit::WAIT_MAX_MS)
}

fn reading_ms(draft: &Draft<'_>, scene: &Scene) -> u64 {
    let also = shown_also(&draft.table, &scene.also).into_iter();
    let also: usize = also.map(|also| words(&also.text)).sum();
    let options = scene.options.iter();
    let options: usize = options
        .map(|option| words(&option.label) + words(&option.detail))
        .sum();
    let shown = words(&scene.prose) + also + options + words_before(draft);
    words_ms(draft, shown) + draft.edition.time.whispers_ms
}

/// Paragraphs that follow where a mark was set, at most.
const ALSO_MAX: usize = 3;

/// The paragraphs that follow where a mark was set: those of the marks set last, in the order of the file.
pub(crate) fn shown_also<'w>(table: &Table, also: &'w [Also]) -> Vec<&'w Also> {
    let set_at = |also: &Also| {
        let mut marks = table.story.marks().iter();
        marks.position(|mark| *mark == also.mark)
    };
    let places = also.iter().enumerate();
    let mut shown: Vec<(usize, usize)> = places
        .filter_map(|(at, also)| Some((set_at(also)?, at)))
        .collect();
    shown.sort_unstable();
    let surplus = shown.len().saturating_sub(ALSO_MAX);
    let mut places: Vec<usize> = shown.into_iter().skip(surplus).map(|(_, at)| at).collect();
    places.sort_unstable();
    places.into_iter().filter_map(|at| also.get(at)).collect()
}

/// How long so many words take to read.
pub(super) fn words_ms(draft: &Draft<'_>, words: usize) -> u64 {
    let words = u64::try_from(words).unwrap_or(0);
    words.div_ceil(draft.edition.time.words_per_second) * 1_000
}

/// The words of what came of the scene before, and of its council.
fn words_before(draft: &Draft<'_>) -> usize {
    let Some((log, before)) = draft.table.scene.last().zip(before(draft)) else {
        return 0;
    };
    let outcomes = log.done.iter().filter_map(|done| {
        let option = before.option(&done.option)?;
        option.outcome_of(done.kind)
    });
    // What failed in secret is read by its hand alone.
    let seen = log
        .quiet
        .iter()
        .filter(|deed| deed.kind != OutcomeKind::Failure);
    let quiet = seen.filter_map(|deed| before.option(&deed.option)?.outcome_of(deed.kind));
    let outcomes = outcomes.chain(quiet);
    let outcomes: usize = outcomes.map(|outcome: &Outcome| words(&outcome.text)).sum();
    outcomes + council_words(draft, log, before)
}

fn before<'w>(draft: &Draft<'w>) -> Option<&'w Scene> {
    let log = draft.table.scene.last()?;
    draft.quest()?.scene(&log.scene)
}

fn council_words(draft: &Draft<'_>, log: &SceneState, before: &Scene) -> usize {
    let Some(council) = &log.council else {
        return 0;
    };
    let option = before.option(&council.option);
    let spoken = council
        .votes
        .iter()
        .map(|vote| crate::rules::council::line_of(draft.world, option, vote, before.mood));
    spoken.map(words).sum()
}

/// The words of a text.
pub(crate) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether the party plays live and sits together: then a scene is decided a moment after the last choice.
fn locks_in(draft: &Draft<'_>) -> bool {
    draft.table.present().count() >= 2 && draft.table.lobby.limit() != TimeLimit::Day
}

/// Lets the scene be decided: in a moment where the party plays live, else at once.
pub(super) fn all_have_chosen(draft: &mut Draft<'_>) {
    if begin_second_draft(draft) {
        return;
    }
    if !locks_in(draft) {
        return resolution::resolve(draft);
    }
    let deadline_ms = draft.deadline(draft.edition.time.lock_in_ms);
    let unlocked = draft.open().map_or(0, |log| log.unlocked_deadline_ms);
    draft.happen(Event::DeadlineMoved(DeadlineMove {
        deadline_ms: deadline_ms.min(unlocked.max(draft.at_ms)),
        why: DeadlineReason::LockedIn,
        by: None,
    }));
}

/// A choice was taken back: the scene waits as long as it would have.
pub(super) fn reopen(draft: &mut Draft<'_>, by: Option<SeatNo>) {
    let Some(log) = draft.open() else { return };
    let deadline_ms = log.unlocked_deadline_ms;
    if draft.table.deadline_ms() != Some(deadline_ms) {
        draft.happen(Event::DeadlineMoved(DeadlineMove {
            deadline_ms,
            why: DeadlineReason::Reopened,
            by,
        }));
    }
}

/// Gives the scene its whole wait once more.
pub(super) fn extend(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    lobby::only_host(draft, seat)?;
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if moved(log, DeadlineReason::Extended) {
        return Err(Refusal::AlreadyExtended);
    }
    somebody_is_waited_for(draft)?;
    move_by_its_wait(draft, Some(seat))
}

/// The same by the operator's hand, as often as it takes.
pub(super) fn extend_by_operator(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    somebody_is_waited_for(draft)?;
    move_by_its_wait(draft, None)
}

/// Once all have chosen, more time would only keep them waiting.
fn somebody_is_waited_for(draft: &Draft<'_>) -> Result<(), Refusal> {
    if scene::waits_for_somebody(draft) {
        Ok(())
    } else {
        Err(Refusal::NotNow)
    }
}

fn move_by_its_wait(draft: &mut Draft<'_>, by: Option<SeatNo>) -> Result<(), Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    let deadline_ms = log.unlocked_deadline_ms.saturating_add(log.wait_ms);
    draft.happen(Event::DeadlineMoved(DeadlineMove {
        deadline_ms: deadline_ms.min(draft.deadline(TimeLimit::WAIT_MAX_MS)),
        why: DeadlineReason::Extended,
        by,
    }));
    Ok(())
}

fn moved(log: &SceneState, why: DeadlineReason) -> bool {
    log.deadline_moves.iter().any(|(reason, _)| *reason == why)
}

/// Whether time may be called: where no limit hurries the table.
pub(crate) fn may_call_time(table: &Table) -> bool {
    table.lobby.limit() == TimeLimit::Off
}

/// Lets the scene be decided in three minutes: the host may ask, or any two seats.
pub(super) fn call_time(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    if !may_call_time(&draft.table) {
        return Err(Refusal::TimeRuns);
    }
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if moved(log, DeadlineReason::Called) {
        return Err(Refusal::AlreadyCalled);
    }
    somebody_is_waited_for(draft)?;
    let asked = log.time_asked.iter().any(|by| *by != seat);
    if draft.table.host() == Some(seat) || asked {
        let deadline_ms = draft.deadline(draft.edition.time.called_ms);
        let deadline_ms = deadline_ms.min(log.unlocked_deadline_ms);
        draft.happen(Event::DeadlineMoved(DeadlineMove {
            deadline_ms,
            why: DeadlineReason::Called,
            by: Some(seat),
        }));
        return Ok(());
    }
    if log.time_asked.contains(&seat) {
        return Err(Refusal::NeedsAnother);
    }
    draft.happen(Event::TimeAsked { seat });
    Ok(())
}

/// Waits in this scene no more for a seat. Whether its player is away long enough is for the caller to know.
pub(super) fn skip(draft: &mut Draft<'_>, by: SeatNo, seat: SeatNo) -> Result<(), Refusal> {
    lobby::only_host(draft, by)?;
    let scene = draft.scene().ok_or(Refusal::NotNow)?;
    let log = draft.open().ok_or(Refusal::NotNow)?;
    let present = draft.table.party.is_present(seat);
    if by == seat || !present || !scene::waits_for(scene.decide, log, seat) {
        return Err(Refusal::NotWaitedFor);
    }
    draft.happen(Event::Skipped { seat, by });
    scene::resolve_when_all_have_chosen(draft);
    Ok(())
}

/// The seat that has asked for a second draft that has not begun.
fn drafter(draft: &Draft<'_>, log: &SceneState) -> Option<SeatNo> {
    let gift = Gift::greater(God::Athena);
    let asked = log.called_on.iter().filter(|called| called.gift == gift);
    let mut asked = asked.filter(|called| draft.table.party.is_present(called.seat));
    asked
        .find(|called| !log.has_spent(called.seat, gift))
        .map(|called| called.seat)
}

/// Shows all choices and lets everybody choose anew, if somebody asked for that: who is silent keeps the old choice.
fn begin_second_draft(draft: &mut Draft<'_>) -> bool {
    let Some(log) = draft.open() else {
        return false;
    };
    let Some(seat) = drafter(draft, log) else {
        return false;
    };
    let gift = Gift {
        god: God::Athena,
        kind: GiftKind::Greater,
    };
    let held: Vec<SeatNo> = log
        .choices
        .keys()
        .copied()
        .filter(|no| has(&draft.table, draft.world, *no, Effect::SaidIsSaid))
        .collect();
    let kept: Vec<_> = held
        .into_iter()
        .filter_map(|no| Some((no, log.choices.get(&no)?.clone())))
        .collect();
    let limit = draft.table.lobby.limit();
    let wait_ms = if limit.is_live() {
        log.wait_ms.min(draft.edition.time.draft_max_ms)
    } else {
        TimeLimit::Day.scene_ms()
    };
    draft.happen(Event::GiftSpent(SeatGift { seat, gift }));
    draft.happen(Event::DeadlineMoved(DeadlineMove {
        deadline_ms: draft.deadline(wait_ms),
        why: DeadlineReason::SecondDraft,
        by: Some(seat),
    }));
    for (seat, option) in kept {
        draft.happen(Event::Chosen { seat, option });
    }
    scene::resolve_when_all_have_chosen(draft);
    true
}

/// Whether a seat may choose now: who asked for a second draft chooses when all others have.
pub(super) fn may_choose_now(draft: &Draft<'_>, scene: &Scene, seat: SeatNo) -> bool {
    let Some(log) = draft.open() else {
        return false;
    };
    let asked = (DeadlineReason::SecondDraft, Some(seat));
    let drafting = log.deadline_moves.contains(&asked);
    let mut others = draft.table.present().filter(|(no, _)| *no != seat);
    !drafting || !others.any(|(no, _)| scene::waits_for(scene.decide, log, no))
}

/// Whether the bearer did what nobody urged, where at least two urged.
pub(super) fn went_unurged(
    scene: &Scene,
    log: &SceneState,
    done: &crate::vocabulary::OptionId,
) -> bool {
    let mut urged = log.urges.values();
    scene.decide == DecisionMode::Bearer
        && log.urges.len() >= 2
        && !urged.any(|option| option == done)
}
