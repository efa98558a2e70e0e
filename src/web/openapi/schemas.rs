//! The schemas of what is asked and of what is answered, from the types that read and write it.
//!
//! Reading and writing differ: a field that is always written need not be sent. So there are two generators, and a type that
//! both describe differently has two components.

use std::collections::BTreeSet;

use schemars::generate::{Contract, SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

/// Where the components of a document are.
const COMPONENTS: &str = "#/components/schemas/";
/// Where they are said to be until both kinds are known.
const ASKED: &str = "/asked";
const TOLD: &str = "/told";

/// Makes the schema of a type by a generator.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of a type, or a reference to it.
pub(crate) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The schema of a type itself, of which each property is a parameter.
pub(crate) fn fields_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

/// The generators of one document.
#[derive(Debug)]
pub(crate) struct Schemas {
    /// Of what is asked.
    pub(crate) asked: SchemaGenerator,
    /// Of what is answered.
    pub(crate) told: SchemaGenerator,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        Self {
            asked: generator(Contract::Deserialize, ASKED),
            told: generator(Contract::Serialize, TOLD),
        }
    }

    /// Returns the components of all that was made, and points the references of `paths` to them.
    pub(crate) fn resolve(mut self, paths: &mut Value) -> Value {
        let asked = self.asked.take_definitions(true);
        let told = self.told.take_definitions(true);
        let two_faced = two_faced(&asked, &told);
        let mut components = Map::new();
        for (name, mut schema) in told {
            finish(&mut schema, &two_faced);
            components.insert(recorded(&name, &two_faced), schema);
        }
        for (name, mut schema) in asked {
            finish(&mut schema, &two_faced);
            components.insert(name, schema);
        }
        finish(paths, &two_faced);
        components.into()
    }
}

fn generator(contract: Contract, path: &'static str) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.contract = contract;
        settings.definitions_path = path.into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

/// The names of the types that are written otherwise than they are read, and of those that hold one.
fn two_faced(asked: &Map<String, Value>, told: &Map<String, Value>) -> BTreeSet<String> {
    let reference = |path: &str, name: &str| format!("\"#{path}/{name}\"");
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for (name, schema) in told {
            let Some(read) = asked.get(name) else {
                continue;
            };
            let written = schema.to_string();
            let read = read
                .to_string()
                .replace(&format!("#{ASKED}/"), &format!("#{TOLD}/"));
            let holds = |other: &String| written.contains(&reference(TOLD, other));
            if read != written || found.iter().any(holds) {
                found.insert(name.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// What a component is called that is told, if it is asked in another form.
fn recorded(name: &str, two_faced: &BTreeSet<String>) -> String {
    if two_faced.contains(name) {
        format!("Recorded{name}")
    } else {
        name.to_owned()
    }
}

/// Points references to the components, and makes one line of each description.
fn finish(value: &mut Value, two_faced: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (name.as_str(), field.as_str()) {
                    ("$ref", Some(path)) => *field = pointed(path, two_faced).into(),
                    ("description", Some(text)) => *field = one_line(text).into(),
                    _ => finish(field, two_faced),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                finish(item, two_faced);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn pointed(path: &str, two_faced: &BTreeSet<String>) -> String {
    let named = |kind: &str| {
        path.strip_prefix('#')?
            .strip_prefix(kind)?
            .strip_prefix('/')
    };
    match (named(ASKED), named(TOLD)) {
        (Some(name), _) => format!("{COMPONENTS}{name}"),
        (_, Some(name)) => format!("{COMPONENTS}{}", recorded(name, two_faced)),
        _ => path.to_owned(),
    }
}

/// Comments of the code break their lines, and link to other code.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("[`", "`").replace("`]", "`")
}
