//! From quest to quest: what fades, what stays, what legend buys, what the gods ask and offer anew, what one seat gives another.
//!
//! Cards, keepsakes, boons and the second calling wait for nobody: silence is none.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::content::{Quest, Question};
use crate::protocol::{
    Boon, Calling, CardGift, CarriedKeepsake, Character, Command, Event, FavourReason,
    KeepsakeAward, Refusal, TrustMove, TrustReason,
};
use crate::rules::draft::Draft;
use crate::rules::{calling, challenge, council, gifts, quests, readers};
use crate::state::{Phase, Seat, Table};
use crate::vocabulary::{CardId, God, KeepsakeId, Purpose, QuestId, QuestionId, SeatNo};

/// What part of favour fades between two quests: one in so many.
const FADES_BY: i32 = 4;
/// The trust that half of the way is gone back to.
const TRUST_MIDDLE: i32 = 50;
/// Gods that ask between two quests, besides what is asked about the ending.
const QUESTIONS: usize = 2;
/// The legend that buys one boon.
const BOON_COSTS: i32 = 3;
/// The legend from which on the signature can be had twice.
const SECOND_SIGNATURE_LEGEND: i32 = 9;
/// The skill up to which practice helps.
const PRACTICE_MAX: i32 = 60;
/// Keepsakes that a seat carries at most; and a lone one.
const KEEPSAKES_MAX: usize = 1;
const KEEPSAKES_MAX_ALONE: usize = 2;

/// Whether a command is for the time after a quest, while its Chronicle is open. Of a quest that was broken off nobody talks
/// there: an operator may have closed the table because of what was said.
pub(super) fn is_between(table: &Table, command: &Command) -> bool {
    let talks = matches!(command, Command::Say { .. }) && table.ending().is_some();
    let gives = matches!(
        command,
        Command::GiveCard { .. } | Command::AwardKeepsake { .. } | Command::TakeBoon { .. }
    );
    let shows = readers::is_theirs(table, command);
    table.phase() == Phase::Chronicle && (talks || gives || shows)
}

/// For each seat the gods by how far their favour to it moved in the quest that has ended.
pub(super) type Stirred = BTreeMap<SeatNo, Vec<God>>;

/// The gods that moved most for each seat, ahead of those that regard it most.
pub(super) fn most_moved(draft: &Draft<'_>) -> Stirred {
    let seats = draft.table.present();
    let gods_of = |no: SeatNo, held: &Seat| {
        let moved = |god: God| -> i32 {
            let moves = draft
                .table
                .scenes()
                .iter()
                .flat_map(|scene| &scene.favour_moves);
            let own = moves.filter(|moved| moved.seat == no && moved.god == god);
            own.map(|moved| moved.by.abs()).sum()
        };
        let mut gods = God::ALL.to_vec();
        gods.sort_by_key(|god| Reverse((moved(*god), held.favour_of(*god).abs())));
        gods
    };
    seats.map(|(no, held)| (no, gods_of(no, held))).collect()
}

/// Begins the time between two quests: favour fades, trust goes half of the way back, and the gods ask again, those first
/// that moved most.
pub(super) fn begin(draft: &mut Draft<'_>, stirred: &Stirred) {
    fade(draft);
    gifts::settle(draft);
    ask_again(draft, stirred);
}

fn fade(draft: &mut Draft<'_>) {
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        for god in God::ALL {
            let favour = draft
                .table
                .party
                .seat(seat)
                .map_or(0, |held| held.favour_of(*god));
            let by = -(favour / FADES_BY);
            council::move_favour(draft, seat, *god, by, Some(FavourReason::Faded));
        }
    }
    let trust = draft.table.trust();
    let by = TRUST_MIDDLE + (trust - TRUST_MIDDLE) / 2 - trust;
    if by != 0 {
        let why = TrustReason::Faded;
        draft.happen(Event::TrustMoved(TrustMove { by, why }));
    }
}

/// Three questions a seat: of the gods that moved most in the last quest, and the last about how it ended.
fn ask_again(draft: &mut Draft<'_>, stirred: &Stirred) {
    let after = question_after(draft);
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        let mut questions = further_questions(draft, seat, stirred);
        questions.extend(after.clone());
        if !questions.is_empty() {
            draft.happen(Event::Questioned { seat, questions });
        }
    }
}

fn question_after(draft: &Draft<'_>) -> Option<QuestionId> {
    let told = draft.table.story.told().last()?;
    let quest = draft.world.quest(told.quest.as_ref()?, told.edition)?;
    quest.ending(told.ending.as_ref()?)?.after.clone()
}

fn further_questions(draft: &Draft<'_>, seat: SeatNo, stirred: &Stirred) -> Vec<QuestionId> {
    let Some(held) = draft.table.party.seat(seat) else {
        return Vec::new();
    };
    let gods = stirred.get(&seat).into_iter().flatten();
    let of = u32::from(seat.0);
    let mut dice = draft.dice(Purpose::Question, of);
    let drawn = gods.into_iter().filter_map(|god| {
        let left: Vec<&Question> = draft
            .world
            .questions
            .iter()
            .filter(|question| question.god == *god && !held.questions.contains(&question.id))
            .collect();
        dice.pick(&left).map(|question| question.id.clone())
    });
    drawn.take(QUESTIONS).collect()
}

/// Ends the time between two quests: keepsakes are taken, and classes that were offered and not taken are not.
pub(super) fn end(draft: &mut Draft<'_>) {
    award_keepsakes(draft);
    let seats = draft.table.seats().iter();
    let waiting: Vec<SeatNo> = seats
        .filter(|(_, seat)| seat.offered.is_some())
        .map(|(no, _)| *no)
        .collect();
    for seat in waiting {
        draft.happen(Event::CallingRefused { seat });
    }
}

/// What a met stake adds to the momentum that a seat begins the next quest with.
pub(super) fn momentum_for(table: &Table, seat: SeatNo) -> i32 {
    let last = table.story.told().last();
    let met = last.is_some_and(|told| told.stakes_met.contains(&seat));
    i32::from(met)
}

/// Offers another class once the seat has answered all, if it now matches much better.
pub(super) fn after_last_answer(draft: &mut Draft<'_>, seat: SeatNo) {
    if let Some(class) = calling::better_class(draft, seat) {
        draft.happen(Event::CallingOffered { seat, class });
    }
}

/// Takes or refuses the class that was offered: senses and signature change, skills stay.
pub(super) fn answer_calling(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    takes: bool,
) -> Result<(), Refusal> {
    let held = draft.table.party.seat(seat).ok_or(Refusal::NoSeat)?;
    let class = held.offered.clone().ok_or(Refusal::NothingOffered)?;
    if !takes {
        draft.happen(Event::CallingRefused { seat });
        return Ok(());
    }
    let called = Event::Called(Calling {
        seat,
        class,
        skills: held.skills.clone(),
        hp: held.hp,
        favour: None,
    });
    draft.happen(called);
    Ok(())
}

/// Whether such things may be given: while a Chronicle is open, and until the next quest begins.
fn is_after_a_quest(draft: &Draft<'_>) -> Result<(), Refusal> {
    let told = match draft.table.phase() {
        Phase::Chronicle => !draft.table.lobby.is_closed(),
        Phase::QuestChoice => !draft.table.story.told().is_empty(),
        Phase::Gathering | Phase::Interrogation | Phase::Scene | Phase::Naming | Phase::Closed => {
            false
        }
    };
    if told && !quests::is_first_evening(&draft.table) {
        Ok(())
    } else {
        Err(Refusal::NotNow)
    }
}

/// The quest that has ended, if this world has it.
fn ended_quest<'w>(draft: &Draft<'w>) -> Option<&'w Quest> {
    let told = draft.table.last_told()?;
    draft.world.quest(&told.quest?, told.edition)
}

/// Gives another seat a card; one that was given before is taken back.
pub(super) fn give_card(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    to: SeatNo,
    card: &CardId,
) -> Result<(), Refusal> {
    is_after_a_quest(draft)?;
    if seat == to {
        return Err(Refusal::OwnEar);
    }
    if !draft.table.party.is_present(to) {
        return Err(Refusal::SeatEmpty);
    }
    draft.world.card(card).ok_or(Refusal::NoSuchChoice)?;
    let given = (seat, to, card.clone());
    if draft.table.story.cards().contains(&given) {
        return Err(Refusal::AlreadyChosen);
    }
    draft.happen(Event::CardGiven(CardGift {
        seat,
        to,
        card: card.clone(),
    }));
    Ok(())
}

/// Says who should take a keepsake of the quest that has ended.
pub(super) fn award_keepsake(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    keepsake: &KeepsakeId,
    to: SeatNo,
) -> Result<(), Refusal> {
    is_after_a_quest(draft)?;
    let quest = ended_quest(draft).ok_or(Refusal::QuestUnknown)?;
    let known = quest.keepsakes.iter().any(|kept| kept.id == *keepsake);
    if !known {
        return Err(Refusal::NoSuchChoice);
    }
    if !draft.table.party.is_present(to) {
        return Err(Refusal::SeatEmpty);
    }
    let award = (seat, keepsake.clone(), to);
    if draft.table.story.awards().contains(&award) {
        return Err(Refusal::AlreadyChosen);
    }
    draft.happen(Event::KeepsakeAwarded(KeepsakeAward {
        seat,
        keepsake: keepsake.clone(),
        to,
    }));
    Ok(())
}

/// Each keepsake goes to whom most named, the lowest seat among equals, as far as it can carry it.
fn award_keepsakes(draft: &mut Draft<'_>) {
    let Some(told) = draft.table.story.told().last().cloned() else {
        return;
    };
    let Some(quest_id) = told.quest else { return };
    let Some(quest) = draft.world.quest(&quest_id, told.edition) else {
        return;
    };
    for keepsake in &quest.keepsakes {
        let mut voices: BTreeMap<SeatNo, usize> = BTreeMap::new();
        for (_, id, to) in &told.awards {
            if *id == keepsake.id && may_carry(&draft.table, *to) {
                *voices.entry(*to).or_default() += 1;
            }
        }
        let most = voices.iter().rev().max_by_key(|(_, count)| **count);
        if let Some(seat) = most.map(|(seat, _)| *seat) {
            draft.happen(Event::KeepsakeTaken(CarriedKeepsake {
                seat,
                quest: quest_id.clone(),
                keepsake: keepsake.id.clone(),
            }));
        }
    }
}

fn may_carry(table: &Table, seat: SeatNo) -> bool {
    let most = if table.present().count() == 1 {
        KEEPSAKES_MAX_ALONE
    } else {
        KEEPSAKES_MAX
    };
    let held = table.party.seat(seat);
    held.is_some_and(|held| held.present && held.keepsakes.len() < most)
}

/// Spends a keepsake on the seat's own check in this scene.
pub(super) fn spend_keepsake(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    keepsake: &KeepsakeId,
) -> Result<(), Refusal> {
    let held = draft.table.party.seat(seat).ok_or(Refusal::NoSeat)?;
    let carried: Option<&(QuestId, KeepsakeId)> =
        held.keepsakes.iter().find(|(_, id)| id == keepsake);
    let (quest, keepsake) = carried.cloned().ok_or(Refusal::NotYourKeepsake)?;
    draft.happen(Event::KeepsakeSpent(CarriedKeepsake {
        seat,
        quest,
        keepsake,
    }));
    Ok(())
}

/// Boons that a seat's legend still buys.
pub(crate) fn boons_left(seat: &Seat) -> i32 {
    let bought = i32::try_from(seat.boons.len()).unwrap_or(i32::MAX);
    (seat.legend / BOON_COSTS - bought).max(0)
}

/// Takes what a full three of legend buys.
pub(super) fn take_boon(draft: &mut Draft<'_>, seat: SeatNo, boon: Boon) -> Result<(), Refusal> {
    is_after_a_quest(draft)?;
    let held = draft.table.party.seat(seat).ok_or(Refusal::NoSeat)?;
    if boons_left(held) == 0 {
        return Err(Refusal::TooLittleLegend);
    }
    let fits = match boon {
        Boon::Practice { skill } => held.skill(skill) < PRACTICE_MAX,
        Boon::ThirdSense { sense } => {
            let senses = challenge::senses(&draft.table, draft.world, &Character::Seat(seat));
            held.third_sense().is_none() && !senses.contains(&sense)
        }
        Boon::SecondSignature {} => {
            held.legend >= SECOND_SIGNATURE_LEGEND && !held.boons.contains(&boon)
        }
    };
    if !fits {
        return Err(Refusal::NoSuchChoice);
    }
    draft.happen(Event::BoonTaken { seat, boon });
    Ok(())
}
