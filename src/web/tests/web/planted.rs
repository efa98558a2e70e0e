//! The search for leaks finds leaks: three are planted, each beside a twin that hides nothing.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use game::content::World;
use game::{OwnWhisper, SeatNo, Stage, Table, TableId, View};
use http_body_util::BodyExt;
use service::ChainProof;
use web::pages::{CommandIds, Main, TablePage, Template};
use world::play::Play;
use world::play::secrets::Secrets;

use crate::client::News;
use crate::log::Log;
use crate::plain::leak;

/// Steps a generated table may take until two seats hear different things.
const STEPS_MAX: usize = 2_000;

/// A table at which somebody knows what somebody else does not.
struct Planted {
    secrets: Secrets,
    table: Table,
    reader: SeatNo,
    /// What the reader is rightly shown.
    honest: View,
    /// The same with a whisper in it that another seat alone heard.
    mutant: View,
    whisper: OwnWhisper,
}

impl Planted {
    fn new() -> Self {
        let world = world::library().unwrap();
        let (table, reader, whisper) = (1..)
            .find_map(|number| secret_between_two(&world, number))
            .unwrap();
        let honest = table.view(&world, Some(reader));
        let mut mutant = honest.clone();
        if let Stage::Scene(scene) = &mut mutant.stage {
            scene.whispers.push(whisper.clone());
        }
        assert_ne!(honest, mutant);
        Self {
            secrets: Secrets::of(&world),
            table,
            reader,
            honest,
            mutant,
            whisper,
        }
    }

    fn leak(&self, sent: &[u8]) -> Option<String> {
        leak(&self.secrets, &self.table, Some(self.reader), sent)
    }

    fn leak_in_log(&self, log: &Log) -> Option<String> {
        leak(&self.secrets, &self.table, None, &log.take())
    }

    fn assert_found(&self, found: Option<String>) {
        let found = found.expect("a planted leak is found");
        let whisper = [&self.whisper.truth, &self.whisper.twist];
        assert!(whisper.iter().any(|text| text.contains(&found)), "{found}");
    }
}

#[test]
fn a_view_with_another_seats_whisper_is_found_on_the_page() {
    let planted = Planted::new();
    assert_eq!(planted.leak(page_of(&planted.honest).as_bytes()), None);
    planted.assert_found(planted.leak(page_of(&planted.mutant).as_bytes()));
}

#[test]
fn a_whisper_in_a_log_line_is_found() {
    let planted = Planted::new();
    let log = Log::listen();
    let (scene, whisper) = (1, &planted.whisper.whisper);
    tracing::info!(scene, whisper = whisper.as_str(), "a whisper was told");
    assert_eq!(planted.leak_in_log(&log), None);

    tracing::info!(scene, text = planted.whisper.twist, "a whisper was told");
    planted.assert_found(planted.leak_in_log(&log));
    tracing::trace!(view = ?planted.mutant, "shown");
    assert!(planted.leak_in_log(&log).is_some());
    let view = serde_json::to_string(&planted.mutant).unwrap();
    tracing::debug!(view, "shown");
    assert!(planted.leak_in_log(&log).is_some());
}

#[tokio::test]
async fn an_event_with_another_seats_whisper_is_found() {
    let planted = Planted::new();
    for (view, leaks) in [(&planted.honest, false), (&planted.mutant, true)] {
        let json = Event::default().event("view").json_data(view).unwrap();
        let page = Event::default().event("page").data(main_of(view));
        for event in [json, page] {
            let news = sent(event).await;
            assert_ne!(news.data, "");
            let found = planted.leak(&news.bytes);
            if leaks {
                planted.assert_found(found);
            } else {
                assert_eq!(found, None);
            }
        }
    }
}

#[test]
fn the_seed_of_a_table_that_plays_is_found() {
    let planted = Planted::new();
    let seed = planted.table.seed().unwrap().to_hex();
    let sent = format!("{{\"seed\":\"{seed}\"}}");
    assert_eq!(
        planted.leak(sent.as_bytes()).as_deref(),
        Some("the table's seed")
    );
    let sealed = format!("{{\"commitment\":\"{}\"}}", planted.table.commitment());
    assert_eq!(planted.leak(sealed.as_bytes()), None);
}

/// Plays a generated table until one seat has heard what another has not, and nobody has told it.
fn secret_between_two(world: &World, number: u64) -> Option<(Table, SeatNo, OwnWhisper)> {
    let mut play = Play::new(world, number);
    for _ in 0..STEPS_MAX {
        if play.is_over() {
            return None;
        }
        play.step();
        let table = play.table();
        let seats: Vec<SeatNo> = table.present().map(|(no, _)| no).collect();
        let [reader, other, ..] = seats[..] else {
            continue;
        };
        let unknown = |own: &OwnWhisper| {
            let known = heard(world, table, reader);
            let log = table.scenes().last();
            let told =
                log.is_some_and(|log| log.told.iter().any(|told| told.whisper == own.whisper));
            !told && !known.iter().any(|known| known.whisper == own.whisper)
        };
        let secret = heard(world, table, other).into_iter().find(unknown);
        if let Some(secret) = secret {
            return Some((table.clone(), reader, secret));
        }
    }
    None
}

fn heard(world: &World, table: &Table, seat: SeatNo) -> Vec<OwnWhisper> {
    if let Stage::Scene(scene) = table.view(world, Some(seat)).stage {
        return scene.whispers;
    }
    Vec::new()
}

pub(crate) fn page_of(view: &View) -> String {
    let ids = CommandIds::new("0123456789abcdef");
    TablePage {
        table: &TableId::parse("aaaaaaaaaaaaaaaaaaaa").unwrap(),
        version: view.version,
        title: "",
        main: &ids.fill(&main_of(view)),
        news: "stream",
        now_ms: 0,
        notice: None,
        tv: None,
    }
    .render()
    .unwrap()
}

fn main_of(view: &View) -> String {
    let table = TableId::parse("aaaaaaaaaaaaaaaaaaaa").unwrap();
    let main = Main {
        story: None,
        table: &table,
        view,
        holder: None,
        presence: &BTreeMap::new(),
        proof: &ChainProof::default(),
        invitation: None,
    };
    main.render().unwrap()
}

/// The event as it goes over the wire.
async fn sent(event: Event) -> News {
    let events = stream::iter([Ok::<_, Infallible>(event)]);
    let mut body = Sse::new(events).into_response().into_body();
    let frame = body.frame().await.unwrap().unwrap();
    News::read(&frame.into_data().unwrap())
}
