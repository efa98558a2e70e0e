//! Plays one table to its Chronicle through an address of the world, while something happens to what is behind it.
//!
//! `play <address> <certificate> <chronicle> <command>...` trusts the certificate alone, runs the command in the
//! middle of the play, writes the Chronicle into the file, and fails if anything that was acknowledged is missing
//! there or stands there twice.

use std::env;
use std::fs;
use std::io::{Write as _, stdout};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client, Method, Response, StatusCode, Version};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

/// Who plays.
const NAMES: [&str; 3] = ["Anna", "Ben", "Clara"];
/// After so many commands the other command is run.
const MIDDLE: usize = 30;
/// How long one thing may be asked for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a table takes at most.
const TABLE_TIME: Duration = Duration::from_mins(10);
/// Between two tries of the same.
const PAUSE: Duration = Duration::from_millis(100);
/// How a command is refused when others were quicker, or there is nothing to be had by it.
const BEATEN: [&str; 6] = [
    "moved-on",
    "not-now",
    "not-open",
    "nothing-to-hear",
    "table-closed",
    "too-often",
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, certificate, chronicle, command @ ..] = arguments.as_slice() else {
        panic!("play <address> <certificate> <chronicle> <command>...");
    };
    let certificate = fs::read(certificate).expect("the certificate can be read");
    let mut party = Party::gather(address, &certificate).await;
    let mut middle = None;
    let began = Instant::now();
    while party.play_round().await {
        assert!(began.elapsed() < TABLE_TIME, "the table does not end");
        if party.done.len() >= MIDDLE && middle.is_none() {
            tell(&format!("after {} commands: {command:?}", party.done.len()));
            let command = command.to_vec();
            middle = Some(spawn_blocking(move || {
                Command::new(&command[0]).args(&command[1..]).status()
            }));
        }
    }
    let happened = middle.expect("the table lasted until its middle");
    let happened = happened.await.expect("the command does not panic");
    assert!(happened.expect("it can be started").success());
    let told = party.chronicle().await;
    fs::write(chronicle, &told).expect("the Chronicle can be written");
    party.assert_all_in(&told);
    tell(&format!(
        "{} commands were acknowledged and none is lost; {} requests were asked again",
        party.done.len(),
        party.retries()
    ));
}

/// The seats of one table.
struct Party {
    seats: Vec<Seat>,
    table: String,
    chance: u64,
    /// The ids of what was acknowledged.
    done: Vec<String>,
}

impl Party {
    async fn gather(address: &str, certificate: &[u8]) -> Self {
        let seats: Vec<Seat> = NAMES
            .iter()
            .map(|name| Seat::new(name, address, certificate))
            .collect();
        let mut party = Self {
            seats,
            table: String::new(),
            chance: 0x9e37_79b9_7f4a_7c15,
            done: Vec::new(),
        };
        for (number, name) in NAMES.iter().enumerate() {
            let path = match number {
                0 => "/api/tables".to_owned(),
                _ => format!("/api/tables/{}/seats", party.table),
            };
            let id = party.fresh_id();
            let body = json!({ "name": name, "command_id": id });
            let (status, answer) = party.seats[number].ask(Method::POST, &path, &body).await;
            assert_eq!(status, StatusCode::CREATED, "{path}: {answer}");
            text(&answer["table"]).clone_into(&mut party.table);
            party.done.push(id);
        }
        party.hear_at_once().await;
        assert!(party.play(0, &json!({ "do": "begin" })).await);
        party
    }

    /// An event comes while the stream is open, not when something on the way has enough of them.
    async fn hear_at_once(&self) {
        let path = format!("/api/tables/{}/events", self.table);
        let mut stream = self.seats[0].open(&path).await;
        assert_eq!(stream.version(), Version::HTTP_2);
        assert!(stream.headers().contains_key("strict-transport-security"));
        let first = tokio::time::timeout(PATIENCE, stream.chunk()).await;
        let first = first.expect("an event comes").expect("without a fault");
        assert!(first.is_some(), "the stream goes on");
    }

    /// Everybody looks and does something. Returns whether the table goes on.
    async fn play_round(&mut self) -> bool {
        for number in 0..self.seats.len() {
            let path = format!("/api/tables/{}", self.table);
            let (status, page) = self.seats[number]
                .ask(Method::GET, &path, &json!(null))
                .await;
            assert_eq!(status, StatusCode::OK, "{page}");
            if page["view"]["stage"]["stage"] == "chronicle" {
                return false;
            }
            for command in self.plan(&page["view"]["stage"]) {
                if !self.play(number, &command).await {
                    break;
                }
            }
        }
        true
    }

    /// What a seat does about what it sees.
    fn plan(&mut self, stage: &Value) -> Vec<Value> {
        match text(&stage["stage"]) {
            "question" => {
                let answer = self.below(list(&stage["answers"]).len());
                vec![json!({ "do": "answer", "question": stage["question"], "answer": answer })]
            }
            "quest-choice" => {
                let quests = list(&stage["quests"]);
                let card = &quests[self.below(quests.len())];
                vec![json!({ "do": "take-up", "quest": card["quest"] })]
            }
            "scene" => {
                let scene = &stage["scene"];
                let heard = list(&stage["whispers"]).iter();
                let unused =
                    heard.filter(|heard| heard["told"].is_null() && heard["kept"] == false);
                let mut plan: Vec<Value> = unused
                    .map(|heard| json!({ "do": "keep", "scene": scene, "whisper": heard["whisper"] }))
                    .collect();
                let ways = list(&stage["options"]).iter();
                let ways: Vec<&Value> = ways.filter(|way| way["yours"] == false).collect();
                if stage["has_say"] == true && !ways.is_empty() {
                    let way = ways[self.below(ways.len())];
                    plan.push(json!({ "do": "choose", "scene": scene, "option": way["option"] }));
                }
                plan
            }
            "waiting" => vec![json!({ "do": "say", "text": "Well?" })],
            other => panic!("nothing is known of the stage {other:?}"),
        }
    }

    /// Plays a command until it is answered. Returns whether it was done.
    async fn play(&mut self, number: usize, command: &Value) -> bool {
        let id = self.fresh_id();
        let body = json!({ "command_id": id, "command": command });
        let path = format!("/api/tables/{}/commands", self.table);
        let (status, answer) = self.seats[number].ask(Method::POST, &path, &body).await;
        if status == StatusCode::OK {
            self.done.push(id);
            return true;
        }
        let beaten = BEATEN.contains(&text(&answer["code"]));
        assert!(beaten, "{command}: {status} {answer}");
        false
    }

    async fn chronicle(&self) -> String {
        let path = format!("/api/tables/{}/chronicle", self.table);
        let told = self.seats[0].open(&path).await;
        assert_eq!(told.status(), StatusCode::OK);
        told.text().await.expect("the Chronicle comes whole")
    }

    fn assert_all_in(&self, chronicle: &str) {
        for id in &self.done {
            let found = chronicle.matches(&format!("{id:?}")).count();
            assert_eq!(found, 1, "the Chronicle tells of {id} {found} times");
        }
    }

    fn retries(&self) -> u64 {
        let each = self.seats.iter();
        each.map(|seat| seat.retries.load(Ordering::Relaxed)).sum()
    }

    fn fresh_id(&mut self) -> String {
        format!("play-{:016x}", self.next())
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a short list");
        usize::try_from(self.next() % bound).expect("below a length")
    }

    /// Good enough to choose by: xorshift.
    fn next(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance
    }
}

/// One browser.
struct Seat {
    name: &'static str,
    client: Client,
    address: String,
    retries: AtomicU64,
}

impl Seat {
    fn new(name: &'static str, address: &str, certificate: &[u8]) -> Self {
        let authority = Certificate::from_pem(certificate).expect("a certificate");
        let client = Client::builder()
            .cookie_store(true)
            .tls_certs_only([authority])
            .build()
            .expect("a client");
        Self {
            name,
            client,
            address: address.to_owned(),
            retries: AtomicU64::new(0),
        }
    }

    async fn open(&self, path: &str) -> Response {
        let asked = self.client.get(format!("{}{path}", self.address));
        asked.send().await.expect("the address answers")
    }

    /// Asks again and again, the same every time, until something that can answer does.
    async fn ask(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let began = Instant::now();
        loop {
            let mut request = self
                .client
                .request(method.clone(), format!("{}{path}", self.address))
                .timeout(PATIENCE);
            if !body.is_null() {
                request = request.json(body);
            }
            let tried = request.send().await;
            match tried {
                Ok(answer) if answer.status() != StatusCode::SERVICE_UNAVAILABLE => {
                    let status = answer.status();
                    let text = answer.text().await.unwrap_or_default();
                    let answer = serde_json::from_str(&text).unwrap_or(Value::String(text));
                    return (status, answer);
                }
                tried => assert!(began.elapsed() < PATIENCE, "{}: {tried:?}", self.name),
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn tell(sentence: &str) {
    // An error says that nobody reads it.
    let _ = writeln!(stdout(), "{sentence}");
}
