//! All seats of a table act in the same instant, each at another instance.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use game::{Command, Event};
use servers::Redis;
use store::Record;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::keeping::Keeping;
use crate::site::{INSTANCES, Site, fresh_seed, say};

const TABLES: usize = 60;
const SEATS: usize = INSTANCES;
/// How often all act, unless their table is over before: into the quest's second scene or further.
const ROUNDS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn who_act_in_the_same_instant_advance_each_turn_once_in_postgresql() {
    act_together(Keeping::database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_act_in_the_same_instant_advance_each_turn_once_in_one_file() {
    act_together(Keeping::file()).await;
}

async fn act_together(keeping: Keeping) {
    let began = Instant::now();
    let redis = Redis::plain().await;
    let site = Site::start(keeping, &redis.url()).await;
    // Half of the tables come through nginx, which chooses the instance.
    let direct = BotFleet::among(&site.instances(), fresh_seed(), Duration::ZERO);
    let through = BotFleet::among(&[site.entry()], fresh_seed() << 8, Duration::ZERO);
    let mut tables = JoinSet::new();
    for number in 0..TABLES {
        let fleet = if number.is_multiple_of(2) {
            &direct
        } else {
            &through
        };
        tables.spawn(play(Arc::clone(fleet)));
    }
    tables.join_all().await;
    let races = site.count("races_lost").await;
    let name = site.keeping.name();

    let kept = site.end().await;
    let told = [direct.acknowledged(), through.acknowledged()].concat();
    kept.assert_holds(&told);
    kept.assert_whole(&world::library().unwrap());
    assert_eq!(kept.tables(), TABLES);
    assert_eq!(kept.records().count(), told.len(), "one commit a command");
    let turns: usize = (kept.journals())
        .map(|(_, records)| assert_each_once(records))
        .sum();
    say(&format!(
        "{name}: {TABLES} tables, {} commands, {races} races lost, {turns} turns, each once, {} s",
        told.len(),
        began.elapsed().as_secs(),
    ));
    assert!(races > 0, "nobody met anybody");
    assert!(turns > TABLES, "too few turns to show anything");
}

/// Plays a table whose seats look together, and act together on what they saw.
async fn play(fleet: Arc<BotFleet>) {
    let mut party = vec![Bot::open(&fleet).await];
    let table = party[0].table().clone();
    for _ in 1..SEATS {
        party.push(Bot::sit(&fleet, &table).await);
    }
    party[0].begin().await;
    let barrier = Barrier::new(SEATS);
    join_all(
        (0..)
            .zip(&mut party)
            .map(|(seat, bot)| act(seat, bot, &barrier)),
    )
    .await;
}

async fn act(seat: usize, bot: &mut Bot, barrier: &Barrier) {
    for round in 0..ROUNDS {
        barrier.wait().await;
        // A look and a command each round: whoever had the last request has neither of the next two, and no two
        // seats ask the same instance.
        bot.client().turn_to(2 * round + seat);
        // Nobody has acted since all have looked, so the table is over for all or for none.
        let plan = bot.consider().await;
        barrier.wait().await;
        let Some(plan) = plan else { return };
        // The last of a plan but for talk is a choice, where there is one to make.
        let choice = plan.iter().rfind(|act| !matches!(act, Command::Say { .. }));
        let line = plan.last().expect("there is always something to do");
        bot.play(choice.unwrap_or(line)).await;
    }
}

/// Asserts that every scene of a table was decided once before the next, each question answered once, and the
/// quest begun once. Returns how often the table advanced.
fn assert_each_once(records: &[Record]) -> usize {
    let mut open = None;
    let (mut turns, mut quests) = (0, 0);
    let mut answered = BTreeSet::new();
    for event in records.iter().flat_map(|record| &record.events) {
        if let Event::SceneOpened { scene, .. } = event {
            assert_eq!(open, None, "{scene:?} opens before the last is decided");
            open = Some(scene);
        } else if let Event::Decided { .. } = event {
            assert!(open.take().is_some(), "a scene is decided twice");
            turns += 1;
        } else if let Event::QuestBegan { .. } = event {
            quests += 1;
        } else if let Event::Answered { seat, question, .. } = event {
            assert!(answered.insert((*seat, question)), "answered twice");
        }
    }
    assert_eq!(quests, 1, "the quest begins once");
    turns
}
