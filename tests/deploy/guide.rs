//! The commands of a guide.

/// A fenced block of a guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the fence's opening: `sh`, `yaml`, `sh untested: needs an account`.
    pub mark: String,
    /// The heading it stands under.
    pub heading: String,
    /// What stands between the fences.
    pub text: String,
}

/// Takes the fenced blocks out of a guide, in their order.
pub fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut heading = "";
    for line in guide.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, Some(mark)) => {
                open = Some(Block {
                    mark: mark.trim().to_owned(),
                    heading: heading.to_owned(),
                    text: String::new(),
                });
            }
            (None, None) => {
                if let Some(title) = line.strip_prefix('#') {
                    heading = title.trim_start_matches('#').trim();
                }
            }
        }
    }
    blocks
}
