//! Where the documents lead their readers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::source::{documents, root};

/// The page that leads to each document.
const INDEX: &str = "docs/README.md";

#[test]
fn every_link_between_documents_leads_to_a_file_and_a_heading() {
    let (mut links, mut dead) = (0, Vec::new());
    for document in &documents() {
        for link in links_of(&fs::read_to_string(document).unwrap()) {
            links += 1;
            if !leads_somewhere(document, &link) {
                dead.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(links > 50, "{links} links were found");
    assert!(dead.is_empty(), "these lead nowhere: {dead:#?}");
}

/// A document that nobody is led to is read by nobody.
#[test]
fn the_index_leads_to_every_document() {
    let index = root().join(INDEX);
    let text = fs::read_to_string(&index).unwrap();
    let led_to = links_of(&text).into_iter().map(|link| {
        let (file, _) = link.split_once('#').unwrap_or((&link, ""));
        index.parent().unwrap().join(file).canonicalize().ok()
    });
    let led_to: BTreeSet<PathBuf> = led_to.flatten().collect();
    let mut left_out = documents();
    left_out.retain(|document| *document != index && !led_to.contains(document));
    assert!(
        left_out.is_empty(),
        "{INDEX} does not lead to {left_out:#?}"
    );
}

/// The links of a text that stay within the repository. One may be broken over two lines.
fn links_of(text: &str) -> Vec<String> {
    let ends = text.split("](").skip(1);
    let links = ends.filter_map(|end| Some(end.split_once(')')?.0.replace('\n', "")));
    links.filter(|link| !link.contains("://")).collect()
}

fn leads_somewhere(document: &Path, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target: PathBuf = if file.is_empty() {
        document.to_owned()
    } else {
        document.parent().unwrap().join(file)
    };
    if heading.is_empty() {
        return target.exists();
    }
    let Ok(text) = fs::read_to_string(target) else {
        return false;
    };
    text.lines()
        .any(|line| line.starts_with('#') && anchor(line) == heading)
}

/// What a heading is called in an address: small letters and digits, dashes for blanks, nothing else.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().chars();
    let kept = kept.filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
