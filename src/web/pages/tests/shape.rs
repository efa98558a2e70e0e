//! The form of a view as JSON: what tables show that are played is as the description of the API says.

use game::TimeLimit;

use super::PAGES;
use super::play::played;
use crate::openapi::misfit;

/// By what chance tables are played besides: so many that no field is seen or missed by the luck of one throw.
const SEEDS: std::ops::Range<u8> = 20..40;

#[test]
fn every_view_is_as_its_description_says() {
    let tables = SEEDS.map(|seed| played(seed, &["Maren", "Ben", "Cat"], TimeLimit::Off));
    let played = tables.flat_map(|table| table.seen).map(|(_, view)| view);
    let drawn = PAGES.iter().map(|(_, view, _)| view.clone());
    for view in drawn.chain(played) {
        let value = serde_json::to_value(&view).unwrap();
        assert_eq!(misfit("View", &value), None);
    }
}
