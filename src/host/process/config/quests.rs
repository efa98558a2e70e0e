//! Settings of the quests that tables may choose.

use std::path::PathBuf;

use super::setting::{Setting, SettingGroup};

/// Settings of the quests that tables may choose.
#[derive(Clone, Debug, Default)]
pub struct QuestsConfig {
    /// A folder of the operator's own quests, beside those the program was built with.
    pub folder: Option<PathBuf>,
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Quests",
    summary: "Which quests tables may choose, beside those the program was built with.",
    settings: &[Setting {
        name: "QUESTS_DIR",
        meaning: "A folder of your own quests, a .toml file each. They are read at the start; one that `arcane-codex quest check` \
                  finds fault with is named in the log and left out. A table that has begun a quest needs it until it ends: give \
                  every instance the same files",
        form: "a path",
        unset: "none",
        parse: |config, text| {
            config.quests.folder = Some(text.into());
            Ok(())
        },
        format: |config| {
            let folder = config.quests.folder.as_ref();
            folder
                .map(|folder| folder.display().to_string())
                .unwrap_or_default()
        },
        ..Setting::PUBLIC
    }],
    ..SettingGroup::CONSISTENT
};
