//! What is counted and logged of each command: its kind, what became of it, and how long each stage took. Nothing of what
//! it says.

use std::time::Duration;

use game::{Table, TableId};

use crate::commit::{Commits, Committed};
use crate::deadlines::TableWait;
use crate::error::ServiceError;
use crate::issuer::Issuer;
use crate::metrics::{CommandOutcome, CommandStage, StageTimes};

impl Commits {
    /// Counts a command that has ended, and writes a line about it: at `warn` where it took longer than the operator
    /// finds slow.
    pub(crate) fn note_command(
        &self,
        table: &TableId,
        kind: &'static str,
        times: &StageTimes,
        ended: &Result<Committed, ServiceError>,
    ) {
        let (outcome, version, code) = match ended {
            Ok(committed) if committed.is_repeat => {
                (CommandOutcome::Repeated, committed.version.0, "")
            }
            Ok(committed) => (CommandOutcome::Done, committed.version.0, ""),
            Err(error) => (CommandOutcome::of(error), 0, error.code()),
        };
        let metrics = &self.metrics;
        metrics.commands.count(kind, outcome);
        match outcome {
            CommandOutcome::Done => {
                metrics.commands_done.inc();
                times.observe(&metrics.stages);
            }
            CommandOutcome::Repeated => {
                metrics.commands_repeated.inc();
            }
            CommandOutcome::Refused => {
                metrics.commands_refused.inc();
                metrics.commands.refuse(code);
            }
            CommandOutcome::Failed => {}
        }
        let whole = times.whole();
        let micros = |stage| times.micros(stage);
        let is_slow = self.slow_after.is_some_and(|slow| whole >= slow);
        macro_rules! write_line {
            ($level:ident, $words:literal) => {
                tracing::$level!(
                    %table,
                    command = kind,
                    outcome = outcome.word(),
                    code,
                    version,
                    whole_us = micros_of(whole),
                    queue_us = micros(CommandStage::Queue),
                    load_us = micros(CommandStage::Load),
                    decide_us = micros(CommandStage::Decide),
                    append_us = micros(CommandStage::Append),
                    announce_us = micros(CommandStage::Announce),
                    $words
                )
            };
        }
        if is_slow {
            write_line!(warn, "a command was slow");
        } else {
            write_line!(debug, "a command ended");
        }
    }

    /// Counts how late the consequence of a deadline was, if this commit is one.
    pub(crate) fn note_lateness(&self, id: &TableId, before: &Table, issuer: Issuer) {
        if issuer != Issuer::Clock {
            return;
        }
        if let Some(deadline) = self.deadlines.of(id, TableWait::of(before)) {
            let late_ms = (self.now_ms)().saturating_sub(deadline.at_ms);
            let late = Duration::from_millis(late_ms).as_secs_f64();
            self.metrics.deadline_late.observe(late);
        }
    }
}

fn micros_of(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
