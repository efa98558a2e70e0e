//! A log line as one JSON object, with the fields that the common log collectors look for.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::LINE_MAX;

/// Characters that a text keeps in an overlong line.
const TEXT_KEPT: usize = 1_000;

/// Formats an event as one JSON object.
pub(super) struct JsonFormat;

impl<S> FormatEvent<S, format::JsonFields> for JsonFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, format::JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<format::JsonFields>>();
            let fields = fields.and_then(|fields| serde_json::from_str::<Map<_, _>>(fields).ok());
            line.extend(fields.into_iter().flatten());
        }
        // The event comes last: its fields win over those of the spans around it.
        event.record(&mut FieldCollector(&mut line));
        let (level, severity) = names(*event.metadata().level());
        line.insert("level".to_owned(), level.into());
        // A panic sets its own severity, CRITICAL, for which `tracing` has no level.
        line.entry("severity").or_insert_with(|| severity.into());
        line.insert("target".to_owned(), event.metadata().target().into());
        line.insert("timestamp".to_owned(), now()?.into());
        writeln!(writer, "{}", within_limit(line))
    }
}

/// Returns a level as most collectors name it, and as Google's does.
fn names(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::ERROR => ("error", "ERROR"),
        Level::WARN => ("warn", "WARNING"),
        Level::INFO => ("info", "INFO"),
        Level::DEBUG => ("debug", "DEBUG"),
        Level::TRACE => ("trace", "DEBUG"),
    }
}

fn now() -> Result<String, fmt::Error> {
    let mut now = String::new();
    SystemTime.format_time(&mut Writer::new(&mut now))?;
    Ok(now)
}

/// Serialises a line within the limit. Truncating the whole would leave invalid JSON, so long texts are truncated
/// first, and if that is not enough, only the main fields are kept.
fn within_limit(mut line: Map<String, Value>) -> String {
    const MAIN: [&str; 5] = ["level", "message", "severity", "target", "timestamp"];
    let whole = Value::Object(line.clone()).to_string();
    if whole.len() < LINE_MAX {
        return whole;
    }
    for value in line.values_mut() {
        if let Value::String(text) = value
            && let Some((end, _)) = text.char_indices().nth(TEXT_KEPT)
        {
            text.truncate(end);
            text.push('…');
        }
    }
    let cut = Value::Object(line.clone()).to_string();
    if cut.len() < LINE_MAX {
        return cut;
    }
    line.retain(|name, _| MAIN.contains(&name.as_str()));
    Value::Object(line).to_string()
}

/// Collects the fields of an event into a JSON object.
struct FieldCollector<'a>(&'a mut Map<String, Value>);

impl FieldCollector<'_> {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for FieldCollector<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut chain = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            chain = format!("{chain}: {error}");
            cause = error.source();
        }
        self.put(field, chain);
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::process::logs::shared_buffer::SharedBuffer;

    #[test]
    fn a_line_has_the_fields_that_collectors_look_for() {
        let line = logged(|| tracing::warn!(games = 3, "all tables are taken"));
        assert_eq!(line["level"], "warn");
        assert_eq!(line["severity"], "WARNING");
        assert_eq!(line["message"], "all tables are taken");
        assert_eq!(line["games"], 3);
        assert_eq!(line["target"], module_path!());
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn the_fields_of_the_surrounding_spans_are_in_the_line() {
        let line = logged(|| {
            let span = tracing::info_span!("request", request_id = "r1");
            let _inside = span.enter();
            tracing::info!("asked");
        });
        assert_eq!(line["request_id"], "r1");
    }

    #[test]
    fn an_error_is_logged_with_its_causes() {
        let cause = io::Error::other("disk full");
        let error = store::StoreError::Unavailable(Box::new(cause));
        let error: &dyn std::error::Error = &error;
        let line = logged(|| tracing::error!(error, "cannot append"));
        assert_eq!(line["error"], "the storage is unavailable: disk full");
    }

    #[test]
    fn an_overlong_line_stays_within_the_limit_and_is_still_json() {
        let line = logged(|| tracing::info!(text = "\n".repeat(100_000), "long"));
        assert_eq!(line["message"], "long");
        let line = logged(|| tracing::info!("{}", "\u{1}".repeat(100_000)));
        assert!(line["message"].as_str().unwrap().ends_with('…'));
    }

    /// Returns the one line that `action` logs.
    fn logged(action: impl FnOnce()) -> Value {
        let out = SharedBuffer::default();
        let writer = out.clone();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(format::JsonFields::new())
            .event_format(JsonFormat)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, action);
        let text = out.text();
        assert!(text.len() <= LINE_MAX, "{} bytes", text.len());
        assert_eq!(text.matches('\n').count(), 1);
        serde_json::from_str(&text).unwrap()
    }
}
