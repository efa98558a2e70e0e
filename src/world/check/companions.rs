//! Who may join a small party.

use game::content::World;

use super::texts::Most;
use super::{ContentError, WorldFindings, count};

/// Companions a lone player needs, so that three sit at the table.
const COMPANIONS: (i64, i64) = (2, i64::MAX);

pub(super) fn check(world: &World, findings: &mut WorldFindings) {
    let place = "companions";
    let ids = world.companions.iter().map(|sheet| sheet.id.as_str());
    findings.unique(place, ids);
    findings.bound(
        place,
        "the number of companions",
        count(world.companions.len()),
        COMPANIONS,
    );
    for sheet in &world.companions {
        let place = format!("companion {}", sheet.id.as_str());
        if sheet.first == sheet.second {
            findings.add(&place, ContentError::SensesSame);
        }
        findings.bound(&place, "the approval", i64::from(sheet.approval), (0, 100));
        findings.bound(
            &place,
            "the number of skills",
            count(sheet.skills.len()),
            (3, 5),
        );
        for level in sheet.skills.values() {
            findings.bound(&place, "a skill", i64::from(*level), (15, 50));
        }
        for (what, text) in [
            ("the look", &sheet.look),
            ("the flaw", &sheet.flaw),
            ("the agenda", &sheet.agenda),
            ("the parting", &sheet.parting),
        ] {
            findings.text(&place, what, text, Most::Words(60));
        }
    }
}
