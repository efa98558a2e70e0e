//! An operator's quests: sound ones are played, broken ones are named and left out.

use std::path::Path;

use game::QuestId;
use world::{QuestFile, QuestFinding, check_quest_file, library_with, quest_files};

/// A quest of this library under another id, so that it is one more.
fn another(name: &str) -> QuestFile {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/quests");
    let files = quest_files(Path::new(folder)).expect("the folder is there");
    let mut files = files.into_iter();
    let mut file = files
        .find(|file| file.name == "the-thirteenth-stroke.toml")
        .expect("the quest is there");
    file.name = format!("{name}.toml");
    // Questions of all quests are of one kind, so they have other ids, too.
    let renamed = [
        ("id = \"the-thirteenth-stroke\"", format!("id = \"{name}\"")),
        ("\"underbell-", format!("\"{name}-")),
    ];
    for (from, to) in renamed {
        file.text = file.text.replace(from, &to);
    }
    file
}

fn broken(mut file: QuestFile, from: &str, to: &str) -> QuestFile {
    assert!(file.text.contains(from), "{from}");
    file.text = file.text.replacen(from, to, 1);
    file
}

/// The line, counted from 1, that holds this.
fn line(file: &QuestFile, with: &str) -> usize {
    let mut lines = file.text.lines();
    let at = lines.position(|line| line.contains(with));
    1 + at.expect("a line holds it")
}

#[test]
fn a_sound_quest_is_played_beside_those_that_were_built_in() {
    let ours = world::library().unwrap();
    let opened = library_with(&[another("the-mill")]).unwrap();
    assert_eq!(opened.findings, []);
    assert_eq!(opened.world.quests.len(), ours.quests.len() + 1);
    assert!(
        opened
            .world
            .quests
            .contains_key(&QuestId::parse("the-mill").unwrap())
    );
    assert_ne!(opened.world.edition, ours.edition);
    assert_eq!(library_with(&[]).unwrap().world.edition, ours.edition);
}

#[test]
fn a_quest_that_cannot_be_read_is_named_with_its_line_and_left_out() {
    let file = broken(another("the-mill"), "mood = \"bright\"", "mood = \"merry\"");
    let opened = library_with(&[file.clone(), another("the-weir")]).unwrap();
    assert!(
        !opened
            .world
            .quests
            .contains_key(&QuestId::parse("the-mill").unwrap())
    );
    assert!(
        opened
            .world
            .quests
            .contains_key(&QuestId::parse("the-weir").unwrap())
    );
    let [
        QuestFinding {
            file: name,
            line: at,
            sentence,
        },
    ] = opened.findings.as_slice()
    else {
        panic!("{:?}", opened.findings);
    };
    assert_eq!(
        (name.as_str(), *at),
        ("the-mill.toml", line(&file, "merry"))
    );
    assert!(sentence.contains("merry"), "{sentence}");
}

#[test]
fn a_quest_with_a_fault_is_named_with_its_line_and_left_out() {
    let file = broken(
        another("the-mill"),
        "next = \"the-stair\"",
        "next = \"the-moon\"",
    );
    let opened = library_with(std::slice::from_ref(&file)).unwrap();
    assert_eq!(
        opened.world.quests.len(),
        world::library().unwrap().quests.len()
    );
    let sentences: Vec<String> = opened.findings.iter().map(ToString::to_string).collect();
    let expected = "the-mill.toml, line 31: quest the-mill, scene quarter-to: it leads to the scene the-moon, which does not exist.";
    let at = line(&file, "id = \"quarter-to\"");
    assert!(
        sentences.contains(&expected.replace("31", &at.to_string())),
        "{sentences:?}"
    );
    assert_eq!(check_quest_file(&file).unwrap(), opened.findings);
}

#[test]
fn a_quest_that_is_there_already_is_left_out() {
    let found = library_with(&[
        another("the-mill"),
        another("the-mill"),
        another("the-thirteenth-stroke"),
    ]);
    let found = found.unwrap().findings;
    let files: Vec<&str> = found.iter().map(|finding| finding.file.as_str()).collect();
    assert_eq!(files, ["the-mill.toml", "the-thirteenth-stroke.toml"]);
    assert_eq!(
        check_quest_file(&another("the-thirteenth-stroke")).unwrap(),
        []
    );
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_its_name() {
    let error = quest_files(Path::new("/nowhere/quests")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/quests cannot be read: "),
        "{error}"
    );
}
