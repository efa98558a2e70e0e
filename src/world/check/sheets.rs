//! Stakes, gifts and cards: each there once, and put so that a player can act on it.

use std::collections::BTreeSet;

use game::content::{StakeSheet, World};
use game::{GiftKind, God, SEATS_MAX, Stake};

use super::written::Length;
use super::{ContentError, WorldFindings, count};

/// Cards one may choose from.
const CARDS: (i64, i64) = (6, 6);

pub(super) fn check(world: &World, findings: &mut WorldFindings) {
    for stake in Stake::ALL {
        let sheets = world.stakes.iter().filter(|sheet| sheet.id == *stake);
        findings.bound(
            &format!("stake {stake}"),
            "the number of sheets",
            count(sheets.count()),
            (1, 1),
        );
    }
    for sheet in &world.stakes {
        check_stake(sheet, &format!("stake {}", sheet.id), findings);
    }
    for god in God::ALL {
        // A lone player is served by every god.
        let mut own = world.stakes.iter().filter(|sheet| sheet.god == *god);
        if !own.any(|sheet| sheet.seats == 1) {
            findings.add(&format!("god {god}"), ContentError::NoStakeForOne);
        }
        for kind in GiftKind::ALL {
            let place = format!("gift {god} {kind}");
            let sheets = world.gifts.iter();
            let sheets = sheets.filter(|sheet| sheet.god == *god && sheet.kind == *kind);
            findings.bound(
                &place,
                "the number of sheets",
                count(sheets.count()),
                (1, 1),
            );
        }
    }
    for sheet in &world.gifts {
        let place = format!("gift {} {}", sheet.god, sheet.kind);
        findings.text(&place, "the name", &sheet.name, Length::Characters(30));
        findings.text(&place, "the text", &sheet.text, Length::Words(6, 50));
    }
    let names: BTreeSet<&str> = world
        .gifts
        .iter()
        .map(|sheet| sheet.name.as_str())
        .collect();
    findings.bound(
        "gifts",
        "the number of names",
        count(names.len()),
        (count(world.gifts.len()), i64::MAX),
    );
    findings.unique("cards", world.cards.iter().map(|card| card.id.as_str()));
    findings.bound(
        "cards",
        "the number of cards",
        count(world.cards.len()),
        CARDS,
    );
    for card in &world.cards {
        let place = format!("card {}", card.id.as_str());
        findings.text(&place, "the text", &card.text, Length::Words(2, 6));
    }
}

fn check_stake(sheet: &StakeSheet, place: &str, findings: &mut WorldFindings) {
    if sheet.god != sheet.id.god() {
        findings.add(place, ContentError::StakeOfAnother(sheet.id.god()));
    }
    findings.bound(
        place,
        "the fewest seats",
        i64::from(sheet.seats),
        (1, i64::from(SEATS_MAX)),
    );
    findings.text(place, "the name", &sheet.name, Length::Characters(30));
    findings.text(place, "the text", &sheet.text, Length::Words(3, 20));
    findings.text(place, "the hint", &sheet.hint, Length::Words(5, 40));
    let known = ["{many}", "{some}"];
    let filled = known
        .iter()
        .fold(sheet.hint.clone(), |hint, name| hint.replace(name, ""));
    if filled.contains(['{', '}']) {
        findings.add(place, ContentError::HintPlaceholder);
    }
}
