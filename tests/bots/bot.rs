//! Bots that play tables from the gathering to the Chronicle, over HTTP and by chance.

use std::sync::Arc;

use game::{
    Command, CommandId, Dice, Manner, OptionId, QuestId, QuestionId, SceneId, TableId, WhisperId,
};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::client::Caller;
use crate::fleet::Hall;

/// What bots say while they wait for each other.
const LINES: [&str; 4] = [
    "Well?",
    "I heard nothing of use.",
    "Let us go on.",
    "Do not trust the ferryman.",
];

/// How a command is refused when others were quicker, or there is nothing to be had by it.
const BEATEN: [&str; 6] = [
    "moved-on",
    "not-now",
    "not-open",
    "nothing-to-hear",
    "table-closed",
    "too-often",
];

/// One seat and who plays it.
#[derive(Debug)]
pub struct Bot {
    hall: Arc<Hall>,
    caller: Caller,
    table: TableId,
    number: u64,
    commands: u64,
    chance: Dice,
}

impl Bot {
    /// Opens a table.
    pub async fn open(hall: &Arc<Hall>) -> Self {
        let nowhere = TableId::from_random([0; TableId::LEN]);
        Self::take_seat(hall, nowhere, "/api/tables").await
    }

    /// Sits down at a table that gathers.
    pub async fn sit(hall: &Arc<Hall>, table: &TableId) -> Self {
        Self::take_seat(hall, table.clone(), &format!("/api/tables/{table}/seats")).await
    }

    async fn take_seat(hall: &Arc<Hall>, table: TableId, path: &str) -> Self {
        let (number, chance, caller) = hall.admit();
        let mut bot = Self {
            hall: Arc::clone(hall),
            caller,
            table,
            number,
            commands: 0,
            chance,
        };
        let id = bot.fresh_id();
        let body = json!({ "name": format!("Bot {number}"), "command_id": id });
        let answer = bot.caller.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{path}: {answer:?}");
        bot.table = TableId::parse(answer.field("table").as_str().unwrap()).unwrap();
        hall.note(&bot.table, id, &answer);
        bot
    }

    /// The table it sits at.
    pub fn table(&self) -> &TableId {
        &self.table
    }

    /// Its browser.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Where its table's commands go.
    pub fn commands_path(&self) -> String {
        format!("/api/tables/{}/commands", self.table)
    }

    /// An id for its next command.
    pub fn fresh_id(&mut self) -> CommandId {
        self.commands += 1;
        self.hall.command_id(self.number, self.commands)
    }

    /// Plays a command until it is answered. Returns whether it was done.
    pub async fn play(&mut self, command: &Command) -> bool {
        let id = self.fresh_id();
        let body = json!({ "command_id": id, "command": command });
        let answer = self.caller.post(&self.commands_path(), &body).await;
        if answer.status == StatusCode::OK {
            self.hall.note(&self.table, id, &answer);
            return true;
        }
        let code = answer.field("code");
        let beaten = code.as_str().is_some_and(|code| BEATEN.contains(&code));
        assert!(beaten, "{command:?}: {answer:?}");
        false
    }

    /// Plays until the table is over or the hall closes.
    pub async fn play_on(&mut self) {
        while !self.hall.is_closing() {
            let Some(plan) = self.consider().await else {
                return;
            };
            for command in plan {
                self.think().await;
                // Whoever came first may have made the rest of the plan obsolete.
                if self.hall.is_closing() || !self.play(&command).await {
                    break;
                }
            }
        }
    }

    /// Looks at its table and says what to do next, as far as others are not quicker; nothing when the table is
    /// over.
    pub async fn consider(&mut self) -> Option<Vec<Command>> {
        let shown = self.look().await;
        self.plan(shown)
    }

    /// Takes its time, from half of the hall's to half as much again: people do not all act at once.
    async fn think(&mut self) {
        let thinks = self.hall.thinks();
        if !thinks.is_zero() {
            sleep(thinks * (50 + self.chance.below(100)) / 100).await;
        }
    }

    /// Whether its table has come to its Chronicle, as far as it may still look.
    pub async fn is_over(&self) -> bool {
        !self.hall.is_closing() && matches!(self.look().await.stage, Seen::Chronicle)
    }

    async fn look(&self) -> Shown {
        let answer = self
            .caller
            .get(&format!("/api/tables/{}", self.table))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.read::<Page>().view
    }

    /// What to do next; nothing when the table is over.
    fn plan(&mut self, shown: Shown) -> Option<Vec<Command>> {
        match shown.stage {
            Seen::Question { question, answers } => {
                let answer = self.chance.below(u32::try_from(answers.len()).unwrap());
                let answer = u8::try_from(answer).unwrap();
                Some(vec![Command::Answer { question, answer }])
            }
            Seen::QuestChoice { quests } => {
                let card = self.chance.pick(&quests).expect("there is a quest");
                let quest = card.quest.clone();
                Some(vec![Command::TakeUp { quest }, self.line()])
            }
            Seen::Scene(scene) => Some(self.act(&scene, shown.sheet)),
            Seen::Gathering | Seen::Waiting => Some(vec![self.line()]),
            Seen::Chronicle => None,
            Seen::Closed | Seen::Unknown => panic!("no bot closes a table, and its quest is known"),
        }
    }

    /// What to do in a scene: tell what was heard, use what the class can do, talk, choose.
    fn act(&mut self, shown: &SceneSeen, sheet: Option<Sheet>) -> Vec<Command> {
        let scene = &shown.scene;
        let unused = shown
            .whispers
            .iter()
            .filter(|heard| heard.told.is_none() && !heard.kept);
        let mut plan: Vec<Command> = unused
            .map(|heard| self.tell(scene, &heard.whisper))
            .collect();
        let signature = sheet.and_then(|sheet| sheet.signature);
        if signature.is_some_and(|signature| signature.ready) && self.chance.below(3) == 0 {
            plan.push(Command::Invoke {
                scene: scene.clone(),
            });
        }
        if self.chance.below(4) == 0 {
            plan.push(self.line());
        }
        let others: Vec<&Way> = shown.options.iter().filter(|way| !way.yours).collect();
        let way = self.chance.pick(&others).filter(|_| shown.has_say);
        plan.extend(way.map(|way| Command::Choose {
            scene: scene.clone(),
            option: way.option.clone(),
        }));
        if plan.is_empty() {
            plan.push(self.line());
        }
        plan
    }

    fn tell(&mut self, scene: &SceneId, whisper: &WhisperId) -> Command {
        let (scene, whisper) = (scene.clone(), whisper.clone());
        let manner = match self.chance.below(4) {
            0 => return Command::Keep { scene, whisper },
            1 => Manner::Twist,
            _ => Manner::Truth,
        };
        Command::Tell {
            scene,
            whisper,
            manner,
        }
    }

    fn line(&mut self) -> Command {
        let text = self.chance.pick(&LINES).copied().unwrap_or_default();
        Command::Say {
            text: text.to_owned(),
        }
    }
}

/// What a bot reads of what it is answered.
#[derive(Debug, Deserialize)]
struct Page {
    view: Shown,
}

#[derive(Debug, Deserialize)]
struct Shown {
    stage: Seen,
    sheet: Option<Sheet>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
enum Seen {
    Gathering,
    Question {
        question: QuestionId,
        answers: Vec<String>,
    },
    Waiting,
    QuestChoice {
        quests: Vec<Card>,
    },
    Scene(SceneSeen),
    Chronicle,
    Closed,
    Unknown,
}

#[derive(Debug, Deserialize)]
struct Card {
    quest: QuestId,
}

#[derive(Debug, Deserialize)]
struct SceneSeen {
    scene: SceneId,
    has_say: bool,
    whispers: Vec<Heard>,
    options: Vec<Way>,
}

#[derive(Debug, Deserialize)]
struct Heard {
    whisper: WhisperId,
    told: Option<Manner>,
    kept: bool,
}

#[derive(Debug, Deserialize)]
struct Way {
    option: OptionId,
    yours: bool,
}

#[derive(Debug, Deserialize)]
struct Sheet {
    signature: Option<Signature>,
}

#[derive(Debug, Deserialize)]
struct Signature {
    ready: bool,
}
