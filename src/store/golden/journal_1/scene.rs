//! The scene of the first golden journal: whispers, a decision, and all that came of it.

use std::collections::BTreeMap;

use game::content::Weight;
use game::{
    Actor, ApprovalMove, ApprovalReason, Ballot, Chance, ChancePart, Character, Command,
    CompanionId, Council, Done, Event, FavourMove, God, GodVote, Manner, Mark, OptionId,
    OutcomeKind, Roll, SceneId, Skill, SkillGrowth, Telling, Throw, TrustMove, TrustReason,
    Verdict, Vote, WhisperId,
};

use super::{ANNA, BEN, Told, companion, id};

pub(super) fn whispering() -> Vec<Told> {
    let (scene, whisper) = (id(SceneId::parse), id(WhisperId::parse));
    let told = |by: Character, manner: Manner| {
        Event::Told(Telling {
            by,
            whisper: id(WhisperId::parse),
            manner,
        })
    };
    let invoked = |heard: Option<WhisperId>| Event::Invoked { seat: BEN, heard };
    vec![
        (
            Actor::Seat(ANNA),
            Command::Tell {
                scene: scene.clone(),
                whisper: whisper.clone(),
                manner: Manner::Twist,
            },
            vec![
                told(Character::Seat(ANNA), Manner::Twist),
                told(companion(), Manner::Truth),
                Event::InsightDawned {
                    option: id(OptionId::parse),
                },
            ],
        ),
        (
            Actor::Seat(BEN),
            Command::Keep {
                scene: scene.clone(),
                whisper: whisper.clone(),
            },
            vec![Event::Kept {
                seat: BEN,
                whisper: whisper.clone(),
            }],
        ),
        (
            Actor::Seat(BEN),
            Command::Invoke { scene },
            vec![invoked(Some(whisper)), invoked(None)],
        ),
    ]
}

pub(super) fn deciding() -> Vec<Told> {
    let option = id(OptionId::parse);
    let done = |roll: Option<Roll>, kind: OutcomeKind| {
        Event::DeedDone(Done {
            doers: vec![ANNA, BEN],
            option: id(OptionId::parse),
            roll,
            kind,
        })
    };
    let roll = Roll {
        hand: companion(),
        skill: Skill::Persuasion,
        difficulty: 40,
        chance: Chance {
            percent: 57,
            parts: vec![
                ChancePart::Skill(-3),
                ChancePart::Place(5),
                ChancePart::Help(2),
                ChancePart::Trust(3),
            ],
        },
        throw: Throw {
            number: 2,
            value: 96,
        },
    };
    let decided = |by_silence: bool| Event::Decided {
        ballots: vec![Ballot {
            voice: Character::Seat(BEN),
            option: id(OptionId::parse),
        }],
        by_silence,
    };
    let mut events = vec![
        Event::Chosen {
            seat: ANNA,
            option: option.clone(),
        },
        decided(false),
        done(Some(roll), OutcomeKind::Disaster),
    ];
    let kinds = [
        OutcomeKind::Plain,
        OutcomeKind::Triumph,
        OutcomeKind::Success,
        OutcomeKind::Failure,
    ];
    events.extend(kinds.into_iter().map(|kind| done(None, kind)));
    events.extend(consequences());
    let choose = Command::Choose {
        scene: id(SceneId::parse),
        option,
    };
    vec![
        (Actor::Seat(ANNA), choose, events),
        (Actor::Clock, Command::PassTime {}, vec![decided(true)]),
    ]
}

fn consequences() -> Vec<Event> {
    let trust = |why: TrustReason| Event::TrustMoved(TrustMove { by: -4, why });
    let favour = |council: bool| {
        Event::FavourMoved(FavourMove {
            seat: ANNA,
            god: God::Drakmor,
            by: -12,
            council,
        })
    };
    let approval = |why: ApprovalReason| {
        Event::ApprovalMoved(ApprovalMove {
            companion: id(CompanionId::parse),
            by: 6,
            why,
        })
    };
    let mut events = vec![
        Event::Marked {
            mark: id(Mark::parse),
        },
        Event::SkillGrew(SkillGrowth {
            seat: BEN,
            skill: Skill::SleightOfHand,
            by: 2,
        }),
        trust(TrustReason::Shared(Weight::Minor)),
        trust(TrustReason::Shared(Weight::Telling)),
        trust(TrustReason::Shared(Weight::Critical)),
        trust(TrustReason::Outcome),
        trust(TrustReason::Unwarned),
        favour(false),
        favour(true),
        approval(ApprovalReason::Taste),
        approval(ApprovalReason::Trigger),
    ];
    let verdicts = [
        (Verdict::Concord, Vote::For, false),
        (Verdict::Strong, Vote::Against, true),
        (Verdict::Narrow, Vote::For, false),
        (Verdict::Deadlock, Vote::Abstained, false),
    ];
    events.extend(verdicts.map(|(verdict, carried, doubled)| {
        Event::CouncilHeld(Council {
            option: id(OptionId::parse),
            doers: vec![BEN],
            votes: votes(),
            verdict,
            carried,
            loudest: God::Valdris,
            doubled,
        })
    }));
    events
}

fn votes() -> Vec<GodVote> {
    let votes = [Vote::For, Vote::Against, Vote::Abstained];
    let scores = BTreeMap::from([(0, 310), (1, -90), (2, 4)]);
    God::ALL
        .iter()
        .zip((0..3_usize).cycle())
        .map(|(god, at)| GodVote {
            god: *god,
            score_50ths: scores[&at],
            vote: votes[at],
            line: 1,
        })
        .collect()
}
