//! What the texts may hold of HTML: a sentence keeps its markup, so that a translator can move it.

use super::Part;

/// Whether a text holds markup.
pub(super) fn has_any(parts: &[Part]) -> bool {
    parts.iter().any(|part| match part {
        Part::Text(text) => text.contains(['<', '>', '&']),
        Part::Variable(_) => false,
        Part::Choice(_, cases) => cases.iter().any(|case| has_any(&case.parts)),
    })
}

/// Checks that a text is whole in every wording.
pub(super) fn check(parts: &[Part], is_for_scripts: bool) -> Result<(), String> {
    let is_markup = has_any(parts);
    if is_markup && is_for_scripts {
        return Err("scripts show plain text, without markup".to_owned());
    }
    for wording in wordings(parts) {
        if is_markup {
            check_tags(&wording)?;
        } else if wording.contains(['"', '\'', '`', '\\']) {
            return Err("a plain text is set with “ ” and ’".to_owned());
        }
    }
    Ok(())
}

/// Every wording of a text, without what is put in.
fn wordings(parts: &[Part]) -> Vec<String> {
    let mut begun = vec![String::new()];
    for part in parts {
        let next = match part {
            Part::Text(text) => vec![text.clone()],
            Part::Variable(_) => continue,
            Part::Choice(_, cases) => cases
                .iter()
                .flat_map(|case| wordings(&case.parts))
                .collect(),
        };
        let longer = begun
            .iter()
            .flat_map(|text| next.iter().map(move |more| format!("{text}{more}")));
        begun = longer.collect();
    }
    begun
}

fn check_tags(wording: &str) -> Result<(), String> {
    let mut open = Vec::new();
    for tag in wording.split('<').skip(1) {
        let (tag, _) = tag
            .split_once('>')
            .ok_or_else(|| format!("<{tag} does not end"))?;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes what is not open"));
            }
        } else {
            open.push(tag.split_once(' ').map_or(tag, |(name, _)| name));
        }
    }
    open.pop()
        .map_or(Ok(()), |name| Err(format!("<{name}> is not closed")))
}
