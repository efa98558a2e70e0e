//! A generated table played over HTTP, and everybody's eyes on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use game::{Actor, Command, SceneId, SeatNo, Seed, Table, TableId, WhisperId};
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use store::chain;
use world::play::secrets::Secrets;
use world::play::{Attempt, Play};

use crate::client::{Answer, Client, form, form_of_command, fresh_id, json_of_command, program};
use crate::fixtures::view;
use crate::log::Log;
use crate::plain::plain;
use crate::server::{BEGUN_AT_MS, Server, come_to, fresh_number, next_seed};
use crate::socket_client::Told;

use super::open_page::OpenPage;

/// The operator's token, who looks on from the page and by the API.
pub(super) const TOKEN: &str = "5d81e0f47b2c9a36e01f84d7";
/// Digits of a hash.
const HASH_DIGITS: usize = 64;

/// Somebody who sits or sat at the table.
struct Player {
    client: Client,
    seat: SeatNo,
    generation: u32,
    phrase: String,
}

impl Player {
    fn cookie(&self) -> &str {
        let cookie = self.client.cookies.values().next();
        cookie.map_or("", String::as_str)
    }
}

/// A generated table, played over HTTP.
pub(super) struct Watched<'s> {
    pub(super) play: Play<'s>,
    server: &'s Server,
    secrets: Secrets,
    log: Log,
    id: TableId,
    code: String,
    players: Vec<Player>,
    spectator: Client,
    /// A page of each player that stays open, with their place among the players.
    pub(super) open_pages: Vec<(usize, OpenPage)>,
    /// All that looks like a hash and was sent while the table was live.
    hashes: BTreeSet<String>,
    /// The ids of all commands sent.
    ids: Vec<String>,
    answers: usize,
    refusals: usize,
    logged: usize,
}

impl<'s> Watched<'s> {
    /// Opens the generated table of this number; it has the same seed here as there.
    pub(super) async fn open(server: &'s Server, number: u64) -> Self {
        let log = Log::listen();
        let play = Play::new(&server.world, number);
        come_to(BEGUN_AT_MS);
        next_seed(play.table().seed().expect("an open table has a seed").0);
        let mut client = Client::new(server);
        let limit = play.table().view(&server.world, None).limit;
        let id = fresh_id();
        let body = json!({ "name": "Anna", "limit": limit, "command_id": id });
        let told = client.post_json("/api/tables", &body).await.json();
        let text = |name: &str| told[name].as_str().expect("a seat is told").to_owned();
        let host = Player {
            client,
            seat: SeatNo(1),
            generation: 1,
            phrase: text("recovery_phrase"),
        };
        let id_of_table = TableId::parse(&text("table")).expect("the id of a table");
        let open_page = OpenPage::open(server, host.client.clone(), &id_of_table).await;
        Self {
            play,
            server,
            secrets: Secrets::of(&server.world),
            log,
            id: id_of_table,
            code: text("code"),
            players: vec![host],
            open_pages: vec![(0, open_page)],
            spectator: Client::new(server),
            hashes: BTreeSet::new(),
            ids: vec![id],
            answers: 0,
            refusals: 0,
            logged: 0,
        }
    }

    /// The table as the server has it.
    pub(super) async fn loaded(&self) -> Arc<Table> {
        let table = self.server.tables.loader.load(&self.id).await;
        table.expect("an open table can be loaded")
    }

    /// Makes one step there and here, and looks at all that was sent.
    pub(super) async fn step(&mut self) {
        let step = self.play.step();
        come_to(step.attempt.at_ms);
        let asked = self.ask(&step.attempt).await;
        let table = self.loaded().await;
        assert_eq!(table.version(), self.play.table().version(), "{step:?}");
        if let Some((whose, answer)) = asked {
            let done = answer.status.as_u16() < 400;
            assert_eq!(done, step.answer.is_ok(), "{step:?}: {}", answer.text());
            self.refusals += usize::from(!done);
            self.search(&table, whose, &answer.body);
        }
        if step.answer.is_ok() {
            self.look(&table).await;
            self.follow(&table).await;
        }
        self.search_log(&table);
    }

    /// Asks what a generated player attempts. Whatever nobody could ask over HTTP is not asked.
    async fn ask(&mut self, attempt: &Attempt) -> Option<(Option<usize>, Answer)> {
        let command = &attempt.command;
        match (attempt.actor, command) {
            (Actor::Clock, Command::PassTime {}) => {
                self.server.tables.clock.run(std::future::ready(())).await;
                None
            }
            (Actor::Clock, _) => None,
            (Actor::Newcomer, Command::Sit { name }) => Some(self.sit(name).await),
            (Actor::Newcomer, _) => Some(self.send(None, command).await),
            (Actor::Seat(seat), _) => Some(self.send(self.holder_of(seat), command).await),
            (Actor::Operator, _) => {
                let commits = &self.server.tables.commits;
                // What an operator is refused changes nothing there, as here.
                drop(commits.operate(&self.id, command.clone()).await);
                None
            }
        }
    }

    fn holder_of(&self, seat: SeatNo) -> Option<usize> {
        self.players.iter().rposition(|player| player.seat == seat)
    }

    fn fresh_id(&mut self) -> String {
        let id = fresh_id();
        self.ids.push(id.clone());
        id
    }

    async fn send(&mut self, whose: Option<usize>, command: &Command) -> (Option<usize>, Answer) {
        let id = self.fresh_id();
        let request = if fresh_number().is_multiple_of(2) {
            form_of_command(&self.id, &id, command)
        } else {
            json_of_command(&self.id, &id, command)
        };
        (whose, self.client(whose).send(request).await)
    }

    fn client(&mut self, whose: Option<usize>) -> &mut Client {
        match whose {
            Some(at) => &mut self.players[at].client,
            None => &mut self.spectator,
        }
    }

    /// Sits down by form, and asks as a program which seat that is, and for its phrase.
    async fn sit(&mut self, name: &str) -> (Option<usize>, Answer) {
        let mut client = Client::new(self.server);
        let id = self.fresh_id();
        let by_form = form(
            &format!("/join/{}", self.code),
            &[("name", name), ("command_id", &id)],
        );
        let first = client.send(by_form).await;
        if first.status.as_u16() >= 400 {
            return (None, first);
        }
        let seat = view(&mut client, &self.id).await["you"].as_u64();
        let seat = seat.and_then(|seat| u8::try_from(seat).ok());
        let seat = SeatNo(seat.expect("a seat has a number"));
        let phrase = format!("/api/tables/{}/phrase", self.id);
        let told: Value = client.get_json(&phrase).await.json();
        let generation = self.loaded().await.seats()[&seat].generation;
        let phrase = told["recovery_phrase"].as_str().expect("a phrase is told");
        let open_page = OpenPage::open(self.server, client.clone(), &self.id).await;
        self.open_pages.push((self.players.len(), open_page));
        self.players.push(Player {
            client,
            seat,
            generation,
            phrase: phrase.to_owned(),
        });
        (Some(self.players.len() - 1), first)
    }

    /// Everybody asks for everything there is.
    async fn look(&mut self, table: &Table) {
        let page = format!("/t/{}", self.id);
        let api = format!("/api/tables/{}", self.id);
        let stale = Command::Keep {
            scene: SceneId::parse("no-such-scene").expect("an id"),
            whisper: WhisperId::parse("no-such-whisper").expect("an id"),
        };
        let has_streams = !self.server.has_sockets();
        let watchers = (0..self.players.len()).map(Some).chain([None]);
        for whose in watchers.collect::<Vec<_>>() {
            let client = self.client(whose);
            let mut sent = vec![
                client.get(&page).await.body,
                client.get_json(&api).await.body,
                client.get(&format!("{page}/phrase")).await.body,
                client.get_json(&format!("{api}/phrase")).await.body,
                client.get_json(&format!("{page}/news")).await.body,
            ];
            let streams = [format!("{page}/live"), format!("{api}/events")];
            for stream in streams.iter().filter(|_| has_streams) {
                sent.push(client.stream(stream).await.event().await.bytes);
            }
            sent.push(self.send(whose, &stale).await.1.body);
            for sent in &sent {
                self.search(table, whose, sent);
            }
        }
        for sent in self.looks_on().await {
            self.search(table, None, &sent);
        }
    }

    /// What the operator is sent of the tables, by page and by API.
    async fn looks_on(&self) -> Vec<Vec<u8>> {
        let mut desk = Client::new(self.server);
        let signed = desk.post_form("/admin/sign-in", &[("token", TOKEN)]).await;
        assert_eq!(signed.header("location"), "/admin");
        let mut sent = Vec::new();
        for path in ["/admin".to_owned(), format!("/admin/tables/{}", self.id)] {
            sent.push(desk.get(&path).await);
        }
        let one = format!("/admin/api/tables/{}", self.id);
        for path in ["/admin/api/status", "/admin/api/tables", &one] {
            let mut request = program(Method::GET, path, Body::empty());
            let token = format!("Bearer {TOKEN}").parse().expect("plain text");
            request.headers_mut().insert(AUTHORIZATION, token);
            sent.push(desk.send(request).await);
        }
        let bodies = sent.into_iter().map(|answer| {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            answer.body
        });
        bodies.collect()
    }

    /// Every open page comes to the table's version, by what changed, and is then as one opened now.
    async fn follow(&mut self, table: &Table) {
        let mut open_pages = std::mem::take(&mut self.open_pages);
        for (whose, page) in &mut open_pages {
            // Whoever gave up a seat goes on counting as before.
            let held = self.players[*whose].seat;
            let versions = (table.version(), table.version_for(Some(held)));
            let sent = page.come_to(self.server, versions).await;
            self.search(table, Some(*whose), sent.as_bytes());
            let news = format!("/t/{}/news", self.id);
            let newest = self.client(Some(*whose)).get_json(&news).await;
            assert_eq!(page.page(), Told::read(newest.text()).data);
        }
        self.open_pages = open_pages;
    }

    /// The seat by which a player sees the table; none of who lost it.
    fn viewer(&self, table: &Table, whose: Option<usize>) -> Option<SeatNo> {
        let player = whose.map(|at| &self.players[at])?;
        let held = table.seats().get(&player.seat)?;
        let holds = held.present && held.generation == player.generation;
        holds.then_some(player.seat)
    }

    /// Searches what was sent to somebody for what they may not know.
    fn search(&mut self, table: &Table, whose: Option<usize>, sent: &[u8]) {
        self.answers += 1;
        let sent = plain(sent);
        let viewer = self.viewer(table, whose);
        if table.phase().is_live() {
            let runs = sent.split(|letter: char| !letter.is_ascii_hexdigit());
            let hashes = runs.filter(|run| run.len() == HASH_DIGITS);
            self.hashes.extend(hashes.map(str::to_owned));
        }
        let leak = self.secrets.leak(table, viewer, &sent);
        assert_eq!(leak, None, "sent to {viewer:?}: {sent}");
        for (at, other) in self.players.iter().enumerate() {
            if Some(at) != whose {
                assert!(!sent.contains(&other.phrase), "{sent}");
                assert!(!sent.contains(other.cookie()), "{sent}");
            }
        }
    }

    /// Logs are for operators, who are to know no more than a spectator, and to hold nobody's seat.
    fn search_log(&mut self, table: &Table) {
        let logged = plain(&self.log.take());
        self.logged += logged.lines().count();
        assert_eq!(self.secrets.leak(table, None, &logged), None, "{logged}");
        for player in &self.players {
            assert!(!logged.contains(&player.phrase), "{logged}");
            assert!(!logged.contains(player.cookie()), "{logged}");
        }
        for id in self.ids.drain(..) {
            assert!(!logged.contains(&id), "{logged}");
        }
    }

    /// The Chronicle's page and its export, as anybody is given them. The export is the same in every encoding.
    pub(super) async fn opened(&mut self) -> (Answer, Answer) {
        let page = self.spectator.get(&format!("/t/{}", self.id)).await;
        let path = format!("/t/{}/chronicle.jsonl", self.id);
        let export = self.spectator.get(&path).await;
        for encoding in ["zstd", "gzip"] {
            let sent = self.spectator.get_encoded(&path, encoding).await;
            assert_eq!(sent.header("content-encoding"), encoding);
            assert_eq!(sent.decoded(), export.body);
        }
        (page, export)
    }

    /// Each commit had its fingerprint on the page, and nobody was sent the hash of a record: two would let a seat check
    /// guesses of what others were dealt.
    pub(super) fn assert_no_head_was_sent(&self, export: &str) {
        let mut lines = export
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        let heading: Value = lines.next().expect("an export has a heading");
        let seed = heading["seed"].as_str().and_then(Seed::from_hex).unwrap();
        let records: Vec<Value> = lines.collect();
        let (_, live) = records.split_last().expect("something happened");
        for record in live {
            let head = record["hash"].as_str().unwrap();
            assert!(!self.hashes.contains(head), "{head}");
            let fingerprint = chain::fingerprint(&seed, head).unwrap();
            // Nobody looks before the second commit.
            let is_shown = record["version"] == 1 || self.hashes.contains(&fingerprint);
            assert!(is_shown, "{}", record["version"]);
        }
    }

    /// Enough was looked at for the silence of the search to mean something.
    pub(super) fn assert_everything_was_seen(&self) {
        let Self {
            answers,
            refusals,
            logged,
            ..
        } = self;
        let seen = format!("{answers} answers, {refusals} refusals, {logged} lines of log");
        assert!(*answers > 200 && *refusals > 0 && *logged > 200, "{seen}");
    }
}
