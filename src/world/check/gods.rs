//! Gods, their questions, and the classes they name.

use game::God;
use game::content::{Class, GodSheet, Question, World};

use super::wording::unfit_verb;
use super::written::{Length, texts_of_question};
use super::{ContentError, WorldFindings, count};

/// What a god may give a tag, or lean towards a class.
const WEIGHT: (i64, i64) = (-3, 3);
/// How far an answer may move a god.
const MOVE: (i64, i64) = (-30, 30);
/// How many gods an answer moves.
const MOVED: (i64, i64) = (3, 5);
/// Answers to one question.
const ANSWERS: (i64, i64) = (4, 5);
/// Lines for a deed that leaves a god unmoved, besides the grave one.
const UNMOVED: (i64, i64) = (3, 6);
/// Questions of one god: one is asked first, one more if it is moved most, and a party should not compare.
const QUESTIONS: (i64, i64) = (3, i64::MAX);

pub(super) fn check(world: &World, findings: &mut WorldFindings) {
    for god in God::ALL {
        let place = format!("god {god}");
        match world.gods.get(god) {
            None => findings.add(&place, ContentError::GodMissing(*god)),
            Some(sheet) => check_god(sheet, &place, findings),
        }
        let asked = world.questions.iter().filter(|asked| asked.god == *god);
        findings.bound(
            &place,
            "the number of questions",
            count(asked.count()),
            QUESTIONS,
        );
    }
    check_question_ids(world, findings);
    for question in &world.questions {
        let place = format!("question {}", question.id.as_str());
        check_question(question, &place, findings);
        for written in texts_of_question(question, &place) {
            findings.written(&written);
        }
    }
    findings.unique(
        "classes",
        world.classes.iter().map(|class| class.id.as_str()),
    );
    for class in &world.classes {
        check_class(class, findings);
    }
}

/// A quest's own questions are asked among those of the gods, so their ids are of one kind.
pub(super) fn check_question_ids(world: &World, findings: &mut WorldFindings) {
    let own = world.quests.values().flat_map(|quest| &quest.questions);
    let ids = world.questions.iter().chain(own);
    findings.unique("questions", ids.map(|question| question.id.as_str()));
}

fn check_god(sheet: &GodSheet, place: &str, findings: &mut WorldFindings) {
    let digits = sheet.colour.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        findings.add(place, ContentError::Colour(sheet.colour.clone()));
    }
    findings.text(place, "the greeting", &sheet.greeting, Length::Words(5, 40));
    let lines = count(sheet.abstains.len());
    findings.bound(place, "the number of unmoved lines", lines, UNMOVED);
    for line in sheet.abstains.iter().chain([&sheet.grave]) {
        if !line.contains("{doer}") || !line.contains("{deed}") {
            findings.add(place, ContentError::UnmovedLine(line.clone()));
        }
        if let Some(word) = unfit_verb(&line.replace("{doer} {deed}", "")) {
            findings.add(place, ContentError::DoerVerb(word));
        }
    }
    for weight in sheet.weighs.values() {
        findings.bound(place, "a weight", i64::from(*weight), WEIGHT);
    }
}

/// Checks the weight of a question's answers; how long its texts may be is said where all texts are listed.
pub(super) fn check_question(question: &Question, place: &str, findings: &mut WorldFindings) {
    let answers = count(question.answers.len());
    findings.bound(place, "the number of answers", answers, ANSWERS);
    for answer in &question.answers {
        let moved = answer.moves.values().filter(|by| **by != 0).count();
        findings.bound(
            place,
            "the number of gods an answer moves",
            count(moved),
            MOVED,
        );
        for by in answer.moves.values() {
            findings.bound(place, "a move", i64::from(*by), MOVE);
        }
    }
}

fn check_class(class: &Class, findings: &mut WorldFindings) {
    let place = format!("class {}", class.id.as_str());
    findings.text(&place, "the calling", &class.calling, Length::Words(10, 80));
    if class.first == class.second {
        findings.add(&place, ContentError::SensesSame);
    }
    findings.bound(&place, "the hit points", i64::from(class.hp), (60, 100));
    findings.bound(
        &place,
        "the number of skills",
        count(class.skills.len()),
        (3, 5),
    );
    for level in class.skills.values() {
        findings.bound(&place, "a skill", i64::from(*level), (15, 50));
    }
    findings.bound(
        &place,
        "the number of gods that lean",
        count(class.leaning.values().filter(|by| **by != 0).count()),
        (3, 5),
    );
    for leaning in class.leaning.values() {
        findings.bound(&place, "a leaning", i64::from(*leaning), WEIGHT);
    }
    let edges = class.signature.edge.len();
    if class.signature.listen != (edges == 0) || edges > 2 {
        findings.add(&place, ContentError::Signature);
    }
}
