//! In which line of a quest's file something stands.

/// The line, counted from 1, in which byte `at` stands.
pub(crate) fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The line, counted from 1, at which `place` begins in the file of its quest: `quest a, scene b, option c, success`.
///
/// What of the place is not found is left out, so the line is that of the last part that is.
pub(crate) fn line_of_place(text: &str, place: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    for part in place.split(", ").skip(1) {
        let found = match part.split_once(' ') {
            Some((kind, id)) => entry(&lines, at, kind, id),
            None => table(&lines, at, part),
        };
        at = found.unwrap_or(at);
    }
    at + 1
}

/// The line of `id = "…"` in the next table of its kind that holds it.
fn entry(lines: &[&str], from: usize, kind: &str, id: &str) -> Option<usize> {
    let header = format!("{kind}]]");
    let wanted = format!("id = \"{id}\"");
    let mut inside = false;
    for (at, line) in lines.iter().enumerate().skip(from) {
        if line.starts_with('[') {
            inside = line.ends_with(&header);
        } else if inside && line.trim() == wanted {
            return Some(at);
        }
    }
    None
}

/// The line of the next table that is called so; or, within one, of the god that speaks.
fn table(lines: &[&str], from: usize, name: &str) -> Option<usize> {
    let header = format!(".{name}]");
    let field = format!("{name} = ");
    let after = lines.iter().enumerate().skip(from);
    let mut until = after.take_while(|(at, line)| *at == from || !line.starts_with("[["));
    let (at, _) = until.find(|(_, line)| line.ends_with(&header) || line.starts_with(&field))?;
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEST: &str = r#"id = "a"

[[scene]]
id = "field"

[[scene.option]]
id = "sit"
[scene.option.success]
text = "…"

[[scene]]
id = "yard"

[[scene.whisper]]
id = "sit"

[[scene.option]]
id = "sit"
[scene.option.success]
text = "…"
[scene.option.council]
valdris = { for = "…", against = "…" }

[[ending]]
id = "yard"
"#;

    #[test]
    fn each_part_of_a_place_is_looked_for_after_the_one_before() {
        for (place, line) in [
            ("quest a", 1),
            ("quest a, scene field", 4),
            ("quest a, scene field, option sit, success", 8),
            ("quest a, scene yard", 12),
            ("quest a, scene yard, whisper sit", 15),
            ("quest a, scene yard, option sit, success", 19),
            ("quest a, scene yard, option sit, council, valdris", 22),
            ("quest a, ending yard", 25),
        ] {
            assert_eq!(line_of_place(QUEST, place), line, "{place}");
        }
    }

    #[test]
    fn what_is_not_found_is_left_out() {
        assert_eq!(line_of_place(QUEST, "quest a, scene mill, option sit"), 7);
        assert_eq!(line_of_place(QUEST, "quest a, scene yard, failure"), 12);
        assert_eq!(line_of_place("", "quest a, scene b"), 1);
    }
}
