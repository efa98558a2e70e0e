//! A whisper comes to nobody but its seat: not in frames, not in the items of sockets, not in logs.

use bots::bot::Bot;
use bots::client::{HttpClient, ServerAddresses};
use bots::fleet::BotFleet;
use game::{SeatNo, Table};
use platform_sim::lambda::SocketClient;
use serde_json::Value;
use world::play::secrets::Secrets;

use crate::common::{PEACE, live_with, seed, socket_items};
use crate::sockets::SILENT;

/// Who sits at the table.
const SEATS: u8 = 3;
/// Commands after which the table has told some whispers and kept others.
const PLAYED: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn whispers_are_in_the_frames_of_their_seat_alone_and_in_no_item_and_no_log() {
    let verbose = [("LOG_LEVEL", "debug".to_owned())];
    let (function, url, sockets) = live_with(&verbose, PEACE, SILENT).await;
    let fleet = BotFleet::new(url.plain(), seed());
    let mut party = vec![Bot::open(&fleet).await];
    let id = party[0].table().clone();
    for _ in 1..SEATS {
        party.push(Bot::sit(&fleet, &id).await);
    }
    let spectator = HttpClient::of(ServerAddresses::new(url.plain()));
    let clients = party.iter().map(Bot::client).chain([&spectator]);
    let mut open = Vec::new();
    for client in clients {
        let mut socket = SocketClient::open(client, &id).await.unwrap();
        assert!(socket.say("hello", "").await);
        assert_eq!(socket.next().await.unwrap().event, "view");
        open.push(socket);
    }
    party[0].begin().await;
    while fleet.acknowledged().len() < PLAYED || !party[0].is_in_scene().await {
        for bot in &mut party {
            for command in bot.consider().await.expect("the story goes on") {
                bot.play(&command).await;
            }
        }
    }

    let told = fleet.acknowledged();
    let kept = function.journal(&told).await;
    let (_, records) = kept.journals().next().unwrap();
    let mut table = Table::default();
    for record in records {
        table.fold(&record.events);
    }
    let secrets = Secrets::of(&world::library().unwrap());

    // The first sockets in the order in which they were opened: the seats, and the spectator.
    let posts = sockets.posts();
    let mut connections: Vec<&str> = posts.iter().map(|post| post.connection.as_str()).collect();
    connections.sort_unstable();
    connections.dedup();
    assert_eq!(connections.len(), open.len());
    let of_seat = |number: usize| {
        let own = posts
            .iter()
            .filter(|post| post.connection == connections[number]);
        own.map(|post| text(&post.text)).collect::<String>()
    };
    let viewer = |number: u8| (number < SEATS).then_some(SeatNo(number + 1));
    for number in 0..=SEATS {
        let sent = of_seat(number.into());
        assert!(sent.len() > 1_000, "{number} was told something");
        assert_eq!(
            secrets.leak(&table, viewer(number), &sent),
            None,
            "to {number}"
        );
    }
    // The search finds what it looks for: what one seat was rightly told, told to the spectator.
    let planted = (0..SEATS).any(|number| {
        secrets
            .leak(&table, None, &of_seat(number.into()))
            .is_some()
    });
    assert!(planted, "somebody knows what others do not");

    let items = socket_items(&function).await;
    assert!(items.len() >= 2 * open.len(), "{items:#?}");
    assert_eq!(secrets.leak(&table, None, &items.join("\n")), None);
    let log = function.end().await;
    assert!(log.contains("\"debug\""), "there is something to search in");
    let log: String = log.lines().map(text).collect();
    assert_eq!(secrets.leak(&table, None, &log), None);
}

/// Every text in a line of JSON, also in texts that are JSON themselves.
fn text(json: &str) -> String {
    let Ok(value) = serde_json::from_str(json) else {
        return json.to_owned();
    };
    match value {
        Value::String(text) => text,
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().map(|it| text(&it.to_string())).collect();
            texts.join("\n")
        }
        Value::Object(fields) => {
            let texts = fields.iter().map(|(name, value)| {
                let value = text(&value.to_string());
                format!("{name} {}", text_within(&value))
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The texts of a text that is JSON itself.
fn text_within(value: &str) -> String {
    if value.starts_with(['{', '[']) {
        text(value)
    } else {
        value.to_owned()
    }
}
