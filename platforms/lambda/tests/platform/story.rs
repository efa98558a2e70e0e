//! A table from its gathering to its Chronicle, whatever becomes of the environments.

use bots::client::HttpClient;
use bots::streams::Watcher;
use game::TableId;
use platform_sim::Story;
use platform_sim::lambda::{FunctionUrl, LambdaFunction, asks_again_and_again, follows_by_socket};

use crate::common::{CHAOS, LIMITS, live, polled, say};

#[tokio::test(flavor = "multi_thread")]
async fn a_story_outlives_two_deploys_and_a_crash_and_is_told_live() {
    let (function, url, sockets) = live(CHAOS, LIMITS).await;
    tells_a_story(&function, &url, follows_by_socket).await;
    let posts = sockets.posts();
    assert!(posts.len() > 50, "{} frames were posted", posts.len());
    let longest = posts.iter().map(|post| post.text.len()).max();
    assert!(longest.unwrap() <= 32_000, "{longest:?} bytes");
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_outlives_two_deploys_and_a_crash_by_polling_alone() {
    let (function, url) = polled(CHAOS).await;
    tells_a_story(&function, &url, asks_again_and_again).await;
    function.end().await;
}

/// Three players, each with a watcher, and others at tables of their own, play on through two deploys and a crash.
async fn tells_a_story(
    function: &LambdaFunction,
    url: &FunctionUrl,
    watch: fn(HttpClient, &TableId) -> Watcher,
) {
    let gate = url.command_gate();
    let story = Story::begin(url.plain(), gate, watch).await;
    story.goes_on(gate).await;
    function.deploy();
    story.goes_on(gate).await;
    function.crash();
    story.goes_on(gate).await;
    function.deploy();
    let told = story.ends(gate).await;
    Story::is_kept(&function.journal(&told).await, &told);
    let (environments, invocations) = function.counts();
    say(&format!(
        "{environments} environments, {invocations} invocations"
    ));
}
