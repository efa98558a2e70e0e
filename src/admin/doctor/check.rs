//! One thing that was looked at, and what to do about it.

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In order.
    Fine,
    /// It works, and may not for long, or not well.
    Warning,
    /// It does not work.
    Fault,
    /// It was not looked at, and the finding says why.
    Skipped,
}

impl State {
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
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) state: State,
    pub(super) found: String,
    pub(super) advice: Option<String>,
}

impl Check {
    pub(super) fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self::of(name, State::Fine, found.into(), None)
    }

    pub(super) fn skipped(name: &'static str, found: impl Into<String>) -> Self {
        Self::of(name, State::Skipped, found.into(), None)
    }

    pub(super) fn warning(
        name: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::of(name, State::Warning, found.into(), Some(advice.into()))
    }

    pub(super) fn fault(
        name: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::of(name, State::Fault, found.into(), Some(advice.into()))
    }

    fn of(name: &'static str, state: State, found: String, advice: Option<String>) -> Self {
        Self {
            name,
            state,
            found,
            advice,
        }
    }
}
