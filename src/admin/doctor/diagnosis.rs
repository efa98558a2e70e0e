//! A diagnosis: the result of one check of the doctor, with advice.

/// The severity of a diagnosis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// In order.
    Fine,
    /// It works, and may not for long, or not well.
    Warning,
    /// It does not work.
    Fault,
    /// It was not checked; the diagnosis says why.
    Skipped,
}

impl Severity {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
            Self::Skipped => "skipped",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    pub(super) name: &'static str,
    pub(super) state: Severity,
    pub(super) found: String,
    pub(super) advice: Option<String>,
}

impl Diagnosis {
    /// Returns one of what is in order.
    pub fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self::of(name, Severity::Fine, found.into(), None)
    }

    /// Returns one of what was not checked, with why.
    pub fn skipped(name: &'static str, found: impl Into<String>) -> Self {
        Self::of(name, Severity::Skipped, found.into(), None)
    }

    /// Returns one of what works, and may not for long or not well, with what to do.
    pub fn warning(
        name: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::of(name, Severity::Warning, found.into(), Some(advice.into()))
    }

    /// Returns one of what does not work, with what to do.
    pub fn fault(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::of(name, Severity::Fault, found.into(), Some(advice.into()))
    }

    fn of(name: &'static str, state: Severity, found: String, advice: Option<String>) -> Self {
        Self {
            name,
            state,
            found,
            advice,
        }
    }
}
