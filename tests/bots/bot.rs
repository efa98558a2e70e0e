//! Bots that play tables from the gathering to the Chronicle, over HTTP and by chance.

use std::sync::Arc;

use game::{
    Command, CommandId, Dice, Manner, OptionId, QuestId, QuestionId, SceneId, TableId, Version,
    WhisperId,
};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::client::HttpClient;
use crate::fleet::BotFleet;

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
    fleet: Arc<BotFleet>,
    client: HttpClient,
    table: TableId,
    number: u64,
    commands: u64,
    chance: Dice,
}

impl Bot {
    /// Opens a table.
    pub async fn open(fleet: &Arc<BotFleet>) -> Self {
        let nowhere = TableId::from_random([0; TableId::LEN]);
        Self::take_seat(fleet, nowhere, "/api/tables").await
    }

    /// Sits down at a table that gathers.
    pub async fn sit(fleet: &Arc<BotFleet>, table: &TableId) -> Self {
        Self::take_seat(fleet, table.clone(), &format!("/api/tables/{table}/seats")).await
    }

    async fn take_seat(fleet: &Arc<BotFleet>, table: TableId, path: &str) -> Self {
        let (number, chance, client) = fleet.add_bot();
        let mut bot = Self {
            fleet: Arc::clone(fleet),
            client,
            table,
            number,
            commands: 0,
            chance,
        };
        let id = bot.fresh_id();
        let body = json!({ "name": format!("Bot {number}"), "command_id": id });
        let answer = bot.client.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{path}: {answer:?}");
        bot.table = TableId::parse(answer.field("table").as_str().unwrap()).unwrap();
        fleet.note(&bot.table, id, &answer);
        bot
    }

    /// The table it plays at.
    pub fn table(&self) -> &TableId {
        &self.table
    }

    /// Its HTTP client, with its cookies.
    pub fn client(&self) -> &HttpClient {
        &self.client
    }

    /// The path that takes its table's commands.
    pub fn commands_path(&self) -> String {
        format!("/api/tables/{}/commands", self.table)
    }

    /// An id for its next command.
    pub fn fresh_id(&mut self) -> CommandId {
        self.commands += 1;
        self.fleet.command_id(self.number, self.commands)
    }

    /// Plays a command until it is answered. Returns whether it was done.
    pub async fn play(&mut self, command: &Command) -> bool {
        self.command(command).await.is_some()
    }

    /// Plays a command until it is answered. Returns the version it led to; none when it was refused.
    pub async fn command(&mut self, command: &Command) -> Option<Version> {
        let id = self.fresh_id();
        let body = json!({ "command_id": id, "command": command });
        let answer = self.client.post(&self.commands_path(), &body).await;
        if answer.status == StatusCode::OK {
            return Some(self.fleet.note(&self.table, id, &answer));
        }
        let code = answer.field("code");
        let beaten = code.as_str().is_some_and(|code| BEATEN.contains(&code));
        assert!(beaten, "{command:?}: {answer:?}");
        None
    }

    /// Plays until the table is over or the fleet is stopped.
    pub async fn play_on(&mut self) {
        while !self.fleet.is_stopping() {
            let Some(plan) = self.consider().await else {
                return;
            };
            for command in plan {
                self.think().await;
                // Whoever came first may have made the rest of the plan obsolete.
                if self.fleet.is_stopping() || !self.play(&command).await {
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

    /// Pauses for half to one and a half of the fleet's think time: people do not all act at once.
    async fn think(&mut self) {
        let think_time = self.fleet.think_time();
        if !think_time.is_zero() {
            sleep(think_time * (50 + self.chance.below(100)) / 100).await;
        }
    }

    /// Whether its table plays a scene.
    pub async fn is_in_scene(&self) -> bool {
        matches!(self.look().await.stage, Seen::Scene(_))
    }

    /// Whether its table has come to its Chronicle, as far as it may still look.
    pub async fn is_over(&self) -> bool {
        !self.fleet.is_stopping() && matches!(self.look().await.stage, Seen::Chronicle)
    }

    async fn look(&self) -> Shown {
        let answer = self
            .client
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
