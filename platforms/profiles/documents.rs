//! The documents that list the settings and the metrics, written from the program itself, and the description of the API.
//!
//! Each holds blocks between a line with `begin NAME` and a line with `end NAME`; what stands around them is written
//! by hand. `make docs` writes the blocks, and a test tells when they differ.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use host::{openapi_text, reference};

use crate::{ALL, SERVER};

/// Returns each document below the repository's `root` with its text as it should be. `metrics` is the table of all
/// metrics, which only a build with files can make: `host::metrics_table`.
///
/// # Errors
///
/// When a document cannot be read, or has no such block.
pub fn documents(root: &Path, metrics: &str) -> io::Result<Vec<(PathBuf, String)>> {
    let blocks = [
        (
            "docs/configuration.md",
            vec![
                ("settings", reference::sections(&SERVER)),
                ("platforms", reference::platform_table(&ALL)),
            ],
        ),
        (
            "README.md",
            vec![("settings", reference::short_table(&SERVER))],
        ),
        (
            ".env.example",
            vec![("settings", reference::env_example(&SERVER))],
        ),
        (
            "docs/operations/metrics.md",
            vec![("metrics", metrics.to_owned())],
        ),
    ];
    let documents = blocks.into_iter().map(|(name, blocks)| {
        let path = root.join(name);
        let mut text = fs::read_to_string(&path)?;
        for (block, content) in blocks {
            text = replaced(&text, block, &content).ok_or_else(|| {
                io::Error::new(
                    ErrorKind::InvalidData,
                    format!("{name} has no block named {block}"),
                )
            })?;
        }
        Ok((path, text))
    });
    let described = (root.join("docs/openapi.json"), openapi_text().to_owned());
    documents.chain([Ok(described)]).collect()
}

/// Returns `text` with `content` in place of a block, a blank line around it.
fn replaced(text: &str, block: &str, content: &str) -> Option<String> {
    let begin = text.find(&format!("begin {block}"))?;
    let start = begin + text[begin..].find('\n')? + 1;
    let end = start + text[start..].find(&format!("end {block}"))?;
    // The comment mark in front of `end` belongs to the line that stays.
    let end = start + text[start..end].rfind('\n').map_or(0, |at| at + 1);
    Some(format!(
        "{}\n{}\n\n{}",
        &text[..start],
        content.trim_end(),
        &text[end..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_list_the_settings_and_the_metrics_as_they_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let metrics = host::metrics_table(&SERVER).expect("an instance can be opened");
        let documents = documents(&root, &metrics).expect("every document has its blocks");
        for (path, expected) in documents {
            let found = fs::read_to_string(&path).expect("it has just been read");
            assert_eq!(
                found,
                expected,
                "{} differs: run `make docs`",
                path.display()
            );
        }
    }

    #[test]
    fn the_example_lists_what_only_the_compose_files_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let read = |name: &str| fs::read_to_string(root.join(name)).expect("it is there");
        let example = read(".env.example");
        for name in [
            "compose.yaml",
            "compose.prod.yaml",
            "compose.postgres.yaml",
            "docker-compose.prod.yml",
        ] {
            for used in read(name).split("${").skip(1) {
                let variable = used.split([':', '}']).next().unwrap_or_default();
                assert!(example.contains(&format!("\n#{variable}=")), "{variable}");
            }
        }
    }

    #[test]
    fn what_stands_around_a_block_stays() {
        let text = "before\n# begin settings\nold\n# end settings\nafter\n";
        let replaced = replaced(text, "settings", "new\n");
        let expected = "before\n# begin settings\n\nnew\n\n# end settings\nafter\n";
        assert_eq!(replaced.as_deref(), Some(expected));
    }
}
