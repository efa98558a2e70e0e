//! Just enough reading of HTML to make claims about it: tags and their attributes.

/// One opening tag, or the end of a form.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute, as it is written.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Every opening tag, and where forms end (`/form`), in order. Text has no `<` of its own: it is escaped, or the claims fail.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    html.split('<').skip(1).filter_map(tag).collect()
}

fn tag(text: &str) -> Option<Tag> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric())?;
    let end = if text.starts_with("/form>") {
        "/form".len()
    } else {
        end
    };
    let (name, mut rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(|letter: char| "=> /".contains(letter) || letter.is_whitespace());
        let (attribute, after) = rest.split_at(end.unwrap_or(rest.len()));
        if attribute.is_empty() {
            break;
        }
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a value ends with its quote"),
            None => ("", after),
        };
        attributes.push((attribute.to_owned(), value.to_owned()));
        rest = after;
    }
    Some(Tag {
        name: name.to_owned(),
        attributes,
    })
}
