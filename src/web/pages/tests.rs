//! Claims about the pages, each over every view of a quest played to its end.

mod forms;
mod html;
mod markup;
mod opened;
mod pieces;
mod play;
mod secrets;
mod shape;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use game::content::Tone;
use game::{Gift, GiftView, God, KeepsakeId, KeepsakeView, SeatNo, Skill, Stage, TimeLimit, View};
use html::tags;
use play::{HOSTILE, played, rendered};

use super::{
    ASSETS, CommandIds, DoorField, DoorProblem, ErrorPage, HomePage, JoinPage, NoTablePage,
    OfflinePage, PhrasePage, RecoveryPage, StartupPage, TableTurn, Template, YourTable, asset,
};

/// Where the service is.
const BASE_URL: &str = "https://codex.test";

/// Every page of a table of three with a hurry and of one alone, and what it shows.
static PAGES: LazyLock<Vec<(String, View, String)>> = LazyLock::new(|| {
    let three = played(11, &["Maren", HOSTILE, "عائشة 🦊"], TimeLimit::ThreeMinutes);
    let alone = played(11, &["Maren"], TimeLimit::Off);
    let seen = three.seen.into_iter().chain(alone.seen);
    let mut seen: Vec<(String, View)> = seen.collect();
    for stage in [Stage::Closed, Stage::Unknown] {
        let (_, mut view) = seen[0].clone();
        view.stage = stage;
        seen.push(("without a story".to_owned(), view));
    }
    let able: Vec<(String, View)> = seen.iter().filter_map(able).collect();
    seen.extend(able);
    let outdated = seen.iter().filter_map(|(_, view)| {
        let mut view = view.clone();
        let Stage::Chronicle(chronicle) = &mut view.stage else {
            return None;
        };
        (chronicle.ending, chronicle.outdated, view.outdated) = (None, true, true);
        Some(("a Chronicle of an earlier edition".to_owned(), view))
    });
    let outdated: Vec<(String, View)> = outdated.collect();
    seen.extend(outdated);
    let page = |(what, view): (String, View)| {
        let (page, _) = rendered(&view);
        (what, view, page)
    };
    seen.into_iter().map(page).collect()
});

/// A seat's view with all that a seat may ever do at such a stage, of which few do so much in one play.
fn able((what, view): &(String, View)) -> Option<(String, View)> {
    let mut view = view.clone();
    let you = view.you?;
    let other = view.seats.iter().map(|seat| seat.seat);
    let other = other.rev().find(|seat| *seat != you)?;
    match &mut view.stage {
        Stage::Scene(scene) if what.contains("told") && scene.number % 4 == 1 => {
            scene.offered_by = Some(other);
            scene.may.skip = vec![other];
            (scene.may.extend, scene.may.call_time) = (true, true);
            (scene.may.withdraw, scene.may.urge) = (true, true);
        }
        Stage::QuestChoice { .. } => {}
        Stage::Gathering
        | Stage::Question(_)
        | Stage::Waiting
        | Stage::Scene(_)
        | Stage::Naming(_)
        | Stage::Chronicle(_)
        | Stage::Closed
        | Stage::Unknown => return None,
    }
    let sheet = view.sheet.as_mut()?;
    (sheet.boons_left, sheet.legend) = (2, 9);
    sheet.offered_class = Some("Warden".to_owned());
    sheet.keepsakes = vec![KeepsakeView {
        keepsake: KeepsakeId::parse("a-spoon").unwrap(),
        name: "A spoon".to_owned(),
        text: "Bent, and not by you.".to_owned(),
        edge: Skill::Persuasion,
    }];
    let gods = [God::Valdris, God::Mercus, God::Drakmor];
    let gifts = gods.map(Gift::greater).into_iter();
    let gifts: Vec<Gift> = gifts.chain([Gift::blessing(God::Athena)]).collect();
    sheet.callable.clone_from(&gifts);
    let own = view.seats.iter_mut().find(|seat| seat.seat == you)?;
    own.gifts = gifts
        .into_iter()
        .map(|gift| GiftView {
            gift,
            name: "A gift".to_owned(),
            text: "It helps.".to_owned(),
            by_verdict: true,
        })
        .collect();
    own.grudges = vec![God::Korvan];
    own.skipped = true;
    Some((format!("{what}-able"), view))
}

fn ids() -> CommandIds {
    CommandIds::new("0123456789abcdef")
}

/// Something wrong at a field of a door.
fn at(field: DoorField) -> DoorProblem<'static> {
    DoorProblem {
        field,
        sentence: HOSTILE,
    }
}

fn homes() -> Vec<String> {
    let tables = [TableTurn::Yours, TableTurn::Others, TableTurn::Told].map(|turn| YourTable {
        path: "/t/aaaaaaaaaaaaaaaaaaaa".to_owned(),
        title: "The Inland Light".to_owned(),
        place: "Scene 2: The Lamp Room".to_owned(),
        others: HOSTILE.to_owned(),
        turn,
    });
    let home = |problem, tables| {
        HomePage {
            base_url: BASE_URL,
            tables,
            name: HOSTILE,
            limit: TimeLimit::Day,
            code: HOSTILE,
            problem,
            ids: ids(),
        }
        .render()
        .unwrap()
    };
    vec![
        home(None, &[]),
        home(Some(at(DoorField::Whole)), &tables),
        home(Some(at(DoorField::Name)), &[]),
        home(Some(at(DoorField::Code)), &tables),
    ]
}

fn joins() -> Vec<String> {
    let seated = [
        (SeatNo(1), HOSTILE.to_owned()),
        (SeatNo(2), "Ada".to_owned()),
    ];
    let join = |problem, watch| {
        JoinPage {
            base_url: BASE_URL,
            code: "K7M2QX",
            host: Some(HOSTILE),
            seated: &seated,
            name: HOSTILE,
            suggestion: Some(HOSTILE),
            problem,
            watch,
            ids: ids(),
        }
        .render()
        .unwrap()
    };
    vec![
        join(None, None),
        join(Some(at(DoorField::Name)), None),
        join(Some(at(DoorField::Whole)), None),
        join(None, Some((HOSTILE, "/t/aaaaaaaaaaaaaaaaaaaa"))),
    ]
}

/// The pages of who comes back, and of what went wrong.
fn other_doors() -> Vec<String> {
    let recovery = |field| {
        RecoveryPage {
            code: HOSTILE,
            phrase: HOSTILE,
            problem: Some(at(field)),
        }
        .render()
        .unwrap()
    };
    let startup = |percent, is_form_lost| {
        StartupPage {
            percent,
            is_form_lost,
            again_s: "2",
        }
        .render()
        .unwrap()
    };
    let no_table = NoTablePage {
        code: HOSTILE,
        problem: HOSTILE,
    };
    let phrase = PhrasePage {
        phrase: HOSTILE,
        back: "/",
    };
    let error = ErrorPage {
        title: HOSTILE,
        sentence: HOSTILE,
        advice: HOSTILE,
        back: "/",
        back_label: "Back",
        again_s: Some("5"),
    };
    vec![
        recovery(DoorField::Code),
        recovery(DoorField::Phrase),
        recovery(DoorField::Whole),
        startup(Some(25), false),
        startup(None, true),
        no_table.render().unwrap(),
        OfflinePage.render().unwrap(),
        phrase.render().unwrap(),
        error.render().unwrap(),
    ]
}

fn doors() -> Vec<String> {
    [homes(), joins(), other_doors()].concat()
}

fn everything() -> impl Iterator<Item = String> {
    PAGES.iter().map(|(_, _, page)| page.clone()).chain(doors())
}

#[test]
fn every_stage_was_seen_by_a_seat_and_by_a_spectator() {
    let stage = |view: &View| match &view.stage {
        Stage::Gathering => "gathering",
        Stage::Question(_) => "question",
        Stage::Waiting => "waiting",
        Stage::QuestChoice { .. } => "quests",
        Stage::Scene(_) => "scene",
        Stage::Naming(_) => "naming",
        Stage::Chronicle(_) => "chronicle",
        Stage::Closed => "closed",
        Stage::Unknown => "unknown",
    };
    let by = |seated: bool| -> BTreeSet<&str> {
        let views = PAGES.iter().map(|(_, view, _)| view);
        views
            .filter(|view| view.you.is_some() == seated)
            .map(stage)
            .collect()
    };
    assert_eq!(by(true).len(), 9);
    let public = [
        "gathering",
        "waiting",
        "quests",
        "scene",
        "naming",
        "chronicle",
    ];
    assert!(by(false).is_superset(&public.into()));
    let councils = PAGES
        .iter()
        .filter(|(_, _, page)| page.contains("class=\"council\""));
    assert!(councils.count() > 0, "a council was seen");
}

#[test]
fn what_players_type_stays_text() {
    for page in everything() {
        for harm in ["<b onclick", "<script>", "<img src=x", "</section></main><"] {
            assert!(!page.contains(harm), "{harm} in {page}");
        }
    }
    let said = PAGES.iter().filter(|(_, view, _)| !view.lines.is_empty());
    assert!(said.clone().count() > 0);
    assert!(
        said.clone()
            .any(|(_, _, page)| page.contains("&#60;script&#62;alert(1)"))
    );
}

#[test]
fn the_part_that_changes_is_the_same_in_every_rendering_and_has_no_ids() {
    let (_, view, page) = &PAGES[PAGES.len() / 2];
    let (again, main) = rendered(view);
    assert_eq!(*page, again);
    let ids = CommandIds::new("0123456789abcdef");
    assert!(
        page.contains(&ids.fill(&main)),
        "the page is its frame and the part that changes"
    );
    let forms = main.matches("<form").count();
    assert!(forms > 0 && main.matches("command_id\" value=\"\"").count() == forms);
    let mut sections = tags(&main);
    sections.retain(|tag| tag.name == "section");
    assert!(sections.len() > 5);
    assert!(
        sections.iter().all(|tag| tag.get("id").is_some()),
        "the script swaps sections by id"
    );
}

#[test]
fn a_deadline_is_shown_only_where_there_is_a_hurry() {
    for (_, view, page) in PAGES.iter() {
        let locked = matches!(&view.stage, Stage::Scene(scene) if scene.locked_in);
        let hurried = (view.limit != TimeLimit::Off || locked) && view.deadline_ms.is_some();
        assert!(hurried || !page.contains("data-deadline-ms"));
    }
    assert!(
        PAGES
            .iter()
            .any(|(_, _, page)| page.contains("data-deadline-ms"))
    );
}

#[test]
fn the_chronicle_opens_every_whisper_and_says_how_to_check_the_dice() {
    for (_, view, page) in PAGES.iter() {
        let Stage::Chronicle(chronicle) = &view.stage else {
            continue;
        };
        for whisper in chronicle.scenes.iter().flat_map(|scene| &scene.whispers) {
            assert!(page.contains(&whisper.truth) && page.contains(&whisper.twist));
        }
        assert!(page.contains(&chronicle.seed) && page.contains("arcane-codex verify"));
        let tone = chronicle.ending.as_ref().map(|ending| ending.tone);
        assert!(matches!(
            tone,
            None | Some(Tone::Dawn | Tone::Dusk | Tone::Bitter)
        ));
    }
}

#[test]
fn a_script_that_imports_the_one_beside_it_gets_it_from_the_same_release() {
    let folders: BTreeSet<String> = ASSETS
        .iter()
        .map(|file| asset(file.name).replace(file.name, ""))
        .collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    for file in &ASSETS {
        let text = std::str::from_utf8(file.bytes).unwrap();
        for import in text.split(" from \"./").skip(1) {
            let (name, _) = import.split_once('"').unwrap();
            assert!(ASSETS.iter().any(|other| other.name == name), "{name}");
            let imports = format!("rel=\"modulepreload\" href=\"{}\"", asset(name));
            assert!(PAGES[0].2.contains(&imports), "{name} is asked for late");
        }
    }
}
