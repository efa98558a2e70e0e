//! The reference of the JSON API, made of its description: no word about an address, a field or a problem stands here.

use askama::Template;
use serde_json::Value;

use crate::openapi::ProblemKind;
use crate::say;

/// Where components are in the description.
const COMPONENTS: &str = "#/components/schemas/";

/// The reference of the JSON API.
#[derive(Debug, Template)]
#[template(path = "reference.html")]
pub struct ReferencePage<'a> {
    version: &'a str,
    says: String,
    groups: Vec<Group<'a>>,
    problems: &'a [ProblemKind],
    forms: Vec<Form<'a>>,
}

/// Operations of one kind.
#[derive(Debug)]
struct Group<'a> {
    name: &'a str,
    says: String,
    operations: Vec<DescribedOperation<'a>>,
}

/// One address and method.
#[derive(Debug)]
struct DescribedOperation<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    summary: &'a str,
    says: String,
    /// Whose seat it needs, in words.
    caller: &'static str,
    fields: Vec<FormField<'a>>,
    body: Option<Kind>,
    answers: Vec<AnswerRow<'a>>,
    /// What is sent through a socket, and what is received.
    messages: Vec<(&'static str, Kind)>,
}

/// An answer: its status, what it says, and what it holds.
#[derive(Debug)]
struct AnswerRow<'a> {
    status: &'a str,
    says: String,
    holds: Option<Kind>,
    /// The events of a stream, and what each holds.
    events: Vec<(&'a str, Kind)>,
}

/// A component: a type by its name.
#[derive(Debug)]
struct Form<'a> {
    name: &'a str,
    says: String,
    fields: Vec<FormField<'a>>,
    /// The forms of which it has one.
    ways: Vec<FormWay<'a>>,
    /// The words of which it is one.
    words: Vec<(&'a str, String)>,
}

/// One form of several.
#[derive(Debug)]
struct FormWay<'a> {
    name: &'a str,
    says: String,
    fields: Vec<FormField<'a>>,
}

/// A field of a form, or a parameter.
#[derive(Debug)]
struct FormField<'a> {
    name: &'a str,
    kind: Kind,
    /// Whether it may be left out.
    is_optional: bool,
    says: String,
}

/// What a value is, in words, and the form that it leads to.
#[derive(Debug)]
struct Kind {
    words: String,
    form: Option<String>,
}

impl<'a> ReferencePage<'a> {
    /// Makes the page of a description.
    pub(crate) fn of(document: &'a Value, problems: &'a [ProblemKind]) -> Self {
        let groups = list(&document["tags"]).map(|tag| Group {
            name: text(&tag["name"]),
            says: says(&tag["description"]),
            operations: operations(document, &tag["name"]),
        });
        let forms = fields(&document["components"]["schemas"]);
        Self {
            version: text(&document["info"]["version"]),
            says: says(&document["info"]["description"]),
            groups: groups.collect(),
            problems,
            forms: forms.map(|(name, schema)| form(name, schema)).collect(),
        }
    }
}

fn operations<'a>(document: &'a Value, group: &Value) -> Vec<DescribedOperation<'a>> {
    let all = fields(&document["paths"]).flat_map(|(path, methods)| {
        fields(methods).map(move |(method, operation)| (path, method, operation))
    });
    let own = all.filter(|(.., operation)| operation["tags"][0] == *group);
    own.map(|(path, method, operation)| DescribedOperation {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path,
        summary: text(&operation["summary"]),
        says: says(&operation["description"]),
        caller: match list(&operation["security"]).count() {
            0 => "Anybody",
            2 => "A seat, by its token or its cookie",
            _ => "A seat, by its token or its cookie, or a spectator",
        },
        fields: list(&operation["parameters"]).map(parameter).collect(),
        body: operation.get("requestBody").map(|body| kind(held(body))),
        answers: fields(&operation["responses"]).map(answer_row).collect(),
        messages: messages(&operation["x-socket"]),
    })
    .collect()
}

fn parameter(parameter: &Value) -> FormField<'_> {
    FormField {
        name: text(&parameter["name"]),
        kind: kind(&parameter["schema"]),
        is_optional: parameter["required"] != true,
        says: says(&parameter["description"]),
    }
}

fn answer_row<'a>((status, answer): (&'a str, &'a Value)) -> AnswerRow<'a> {
    let stream = &answer["content"]["text/event-stream"]["x-events"];
    AnswerRow {
        status,
        says: says(&answer["description"]),
        holds: answer.get("content").map(|_| kind(held(answer))),
        events: fields(stream)
            .map(|(name, schema)| (name, kind(schema)))
            .collect(),
    }
}

fn messages(socket: &Value) -> Vec<(&'static str, Kind)> {
    let way = |(name, says)| Some((says, kind(socket.get(name)?)));
    let ways = [
        ("sends", "Through the socket you send"),
        ("receives", "and are sent"),
    ];
    ways.into_iter().filter_map(way).collect()
}

/// The schema of what a body holds; of a line, where it holds lines.
fn held(body: &Value) -> &Value {
    let content = fields(&body["content"])
        .next()
        .map_or(&Value::Null, |(_, content)| content);
    content.get("x-line").unwrap_or(&content["schema"])
}

fn form<'a>(name: &'a str, schema: &'a Value) -> Form<'a> {
    let alternatives = || list(&schema["oneOf"]).chain(list(&schema["anyOf"]));
    let plain = list(&schema["enum"]).map(|word| (text(word), String::new()));
    // Words without a line of their own stand together in one alternative.
    let grouped = alternatives()
        .flat_map(|way| list(&way["enum"]))
        .map(|word| (text(word), String::new()));
    let said = alternatives().filter(|way| way["const"].is_string());
    let said = said.map(|way| (text(&way["const"]), says(&way["description"])));
    let ways =
        alternatives().filter(|way| way["properties"].is_object() || way["$ref"].is_string());
    Form {
        name,
        says: says(&schema["description"]),
        fields: form_fields(schema),
        ways: ways.map(form_way).collect(),
        words: plain.chain(grouped).chain(said).collect(),
    }
}

fn form_way(way: &Value) -> FormWay<'_> {
    let tag = fields(&way["properties"]).find_map(|(_, property)| property["const"].as_str());
    let only = fields(&way["properties"]).next().map(|(name, _)| name);
    let form = way["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix(COMPONENTS));
    FormWay {
        name: tag.or(form).or(only).unwrap_or_default(),
        says: says(&way["description"]),
        fields: form_fields(way),
    }
}

fn form_fields(schema: &Value) -> Vec<FormField<'_>> {
    let is_optional = |name: &str| list(&schema["required"]).all(|required| required != name);
    fields(&schema["properties"])
        .map(|(name, property)| FormField {
            name,
            kind: kind(property),
            is_optional: is_optional(name),
            says: says(&property["description"]),
        })
        .collect()
}

/// What a value of a schema is, in a few words.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix(COMPONENTS))
    {
        return named(name.to_owned(), Some(name.to_owned()));
    }
    if let Some(word) = schema["const"].as_str() {
        return named(format!("“{word}”"), None);
    }
    let alternatives: Vec<Kind> = list(&schema["anyOf"])
        .chain(list(&schema["oneOf"]))
        .map(kind)
        .collect();
    if !alternatives.is_empty() {
        let words: Vec<&str> = alternatives.iter().map(|it| it.words.as_str()).collect();
        let words = words.join(" or ");
        return named(words, alternatives.into_iter().find_map(|it| it.form));
    }
    let several = schema["type"].as_array();
    let types = several.map_or_else(
        || vec![text(&schema["type"])],
        |several| several.iter().map(text).collect(),
    );
    let described: Vec<Kind> = types.iter().map(|one| kind_of_type(one, schema)).collect();
    let words: Vec<&str> = described.iter().map(|it| it.words.as_str()).collect();
    let words = words.join(" or ");
    named(words, described.into_iter().find_map(|it| it.form))
}

fn kind_of_type(name: &str, schema: &Value) -> Kind {
    let items = || kind(&schema["items"]);
    let values = || {
        let patterned = fields(&schema["patternProperties"])
            .next()
            .map(|(_, schema)| schema);
        kind(patterned.unwrap_or(&schema["additionalProperties"]))
    };
    match name {
        "array" if schema.get("items").is_some_and(Value::is_object) => {
            let items = items();
            named(format!("list of {}", items.words), items.form)
        }
        "array" => named("list".to_owned(), None),
        "object" if schema.get("properties").is_none() => {
            let values = values();
            named(format!("{} by key", values.words), values.form)
        }
        "string" => named("text".to_owned(), None),
        "integer" | "number" => named("number".to_owned(), None),
        "boolean" => named("true or false".to_owned(), None),
        "" => named("anything".to_owned(), None),
        other => named(other.to_owned(), None),
    }
}

fn named(words: String, form: Option<String>) -> Kind {
    Kind { words, form }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns a description without the marks that set code apart in Markdown.
fn says(value: &Value) -> String {
    text(value).replace('`', "")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.as_str(), value))
}
