//! The first golden journal: every command and every event there is, told once.
//!
//! It is no game that could be played; it is what every later release must still read, and find whole.

mod scene;

use game::{
    Actor, Character, ClassId, Code, Command, CommandId, CompanionId, Deal, EndingId, Event, God,
    QuestId, QuestionId, SceneId, SeatNo, Seed, Skill, TableId, TimeLimit, Version, WhisperId,
};
use store::memory::MemoryJournal;
use store::{Journal, NewCommit, StoreError, TableIndex, chain};

/// The file the journal is kept in.
pub(crate) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/journal-1.jsonl");

const ANNA: SeatNo = SeatNo(1);
const BEN: SeatNo = SeatNo(2);

/// The table of the journal.
pub(crate) fn table() -> TableId {
    TableId::from_random([0; TableId::LEN])
}

/// Writes the journal as it is exported: one record a line.
pub(crate) async fn text() -> Result<String, StoreError> {
    let journal = MemoryJournal::default();
    let table = table();
    for (version, (actor, command, events)) in (0..).zip(commits()) {
        let commit = NewCommit {
            command_id: parsed(CommandId::parse, &format!("golden-command-{version:02}")),
            actor,
            command,
            at_ms: 1_790_000_000_000 + version,
            events,
            index: TableIndex {
                code: code(),
                deadline_ms: None,
                live: true,
            },
        };
        journal.append(&table, Version(version), commit).await?;
    }
    let mut text = String::new();
    for record in journal.read(&table, Version(0)).await? {
        text.push_str(&serde_json::to_string(&record).expect("a record is JSON"));
        text.push('\n');
    }
    Ok(text)
}

type Told = (Actor, Command, Vec<Event>);

fn commits() -> Vec<Told> {
    let mut commits = gathering();
    commits.extend(calling());
    commits.extend(scene::whispering());
    commits.extend(scene::deciding());
    commits.extend(parting());
    commits
}

fn gathering() -> Vec<Told> {
    let (seed, limit) = (Seed([7; 32]), TimeLimit::ThreeMinutes);
    let (name, other) = ("Anna Ω".to_owned(), "Бен".to_owned());
    let opened = Event::Opened {
        code: code(),
        seed,
        commitment: chain::commit_to(&seed),
        rules: 1,
        library: "00112233".to_owned(),
        limit,
        deadline_ms: 1_790_000_604_800,
    };
    let sat = |seat: SeatNo, name: &String, generation: u32| Event::Sat {
        seat,
        name: name.clone(),
        generation,
    };
    let said = "Who are you? \"Nobody\"\u{2028}yet".to_owned();
    vec![
        (
            Actor::Newcomer,
            Command::Open {
                name: name.clone(),
                limit,
            },
            vec![opened, sat(ANNA, &name, 1)],
        ),
        (
            Actor::Newcomer,
            Command::Sit {
                name: other.clone(),
            },
            vec![sat(BEN, &other, 3)],
        ),
        (
            Actor::Seat(BEN),
            Command::Say { text: said.clone() },
            vec![Event::Said {
                seat: BEN,
                text: said,
            }],
        ),
        (
            Actor::Seat(ANNA),
            Command::Begin {},
            vec![
                Event::InterrogationBegan { deadline_ms: 1 },
                Event::Questioned {
                    seat: ANNA,
                    questions: vec![id(QuestionId::parse), id(QuestionId::parse)],
                },
            ],
        ),
    ]
}

fn calling() -> Vec<Told> {
    let (question, answer) = (id(QuestionId::parse), 3);
    let answered = Event::Answered {
        seat: ANNA,
        question: question.clone(),
        answer,
        moves: God::ALL.iter().copied().zip(-3..).collect(),
    };
    let called = Event::Called {
        seat: ANNA,
        class: id(ClassId::parse),
        skills: Skill::ALL.iter().copied().zip(11..).collect(),
    };
    let began = vec![
        Event::QuestNamed {
            seat: BEN,
            quest: id(QuestId::parse),
        },
        Event::QuestBegan {
            quest: id(QuestId::parse),
            edition: 1,
        },
        Event::SceneOpened {
            scene: id(SceneId::parse),
            bearer: ANNA,
            deals: vec![Deal {
                whisper: id(WhisperId::parse),
                hearers: vec![Character::Seat(ANNA), companion()],
            }],
            deadline_ms: 2,
        },
    ];
    vec![
        (
            Actor::Seat(ANNA),
            Command::Answer { question, answer },
            vec![
                answered,
                called,
                Event::CompanionJoined {
                    companion: id(CompanionId::parse),
                    approval: -5,
                },
                Event::QuestsOffered { deadline_ms: 3 },
            ],
        ),
        (
            Actor::Seat(BEN),
            Command::TakeUp {
                quest: id(QuestId::parse),
            },
            began,
        ),
    ]
}

fn parting() -> Vec<Told> {
    let left = |vacated_by: Option<SeatNo>| Event::Left {
        seat: BEN,
        vacated_by,
    };
    let ended = |ending: Option<EndingId>| Event::QuestEnded { ending };
    vec![
        (
            Actor::Seat(ANNA),
            Command::Vacate { seat: BEN },
            vec![
                left(Some(ANNA)),
                Event::BearerPassed { seat: ANNA },
                Event::HostPassed {
                    seat: ANNA,
                    handed_by: None,
                },
            ],
        ),
        (
            Actor::Seat(BEN),
            Command::Leave {},
            vec![
                left(None),
                Event::CompanionLeft {
                    companion: id(CompanionId::parse),
                },
                ended(Some(id(EndingId::parse))),
                ended(None),
            ],
        ),
        (
            Actor::Seat(ANNA),
            Command::Close {},
            vec![Event::Closed { by: Some(ANNA) }, Event::Closed { by: None }],
        ),
    ]
}

fn companion() -> Character {
    Character::Companion(id(CompanionId::parse))
}

fn code() -> Code {
    Code::from_random([9; Code::LEN])
}

/// One id for all that authors name: what is told of it matters here, not which it is.
fn id<T>(parse: fn(&str) -> Option<T>) -> T {
    parsed(parse, "a-name-1")
}

fn parsed<T>(parse: fn(&str) -> Option<T>, text: &str) -> T {
    parse(text).expect("golden ids are written as ids are")
}
