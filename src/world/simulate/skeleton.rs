//! The beginning of a quest's file: what to write where.

/// A skeleton of a quest with this id. It can be read as it stands; `check` then says what is still to be written.
pub fn quest_skeleton(id: &str) -> String {
    include_str!("skeleton.toml").replace("the-id", id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{QuestFile, check_quest_file};

    #[test]
    fn a_new_quest_can_be_read_and_says_what_is_to_be_written() {
        let file = QuestFile {
            name: "the-mill.toml".to_owned(),
            text: quest_skeleton("the-mill"),
        };
        let found = check_quest_file(&file).unwrap();
        assert!(found.len() > 3, "{found:?}");
        let unreadable =
            |sentence: &str| sentence.contains("TOML") || sentence.contains("expected");
        assert!(
            !found.iter().any(|found| unreadable(&found.sentence)),
            "{found:?}"
        );
        assert!(found.iter().all(|found| found.line > 0));
    }
}
