//! Why a transport has no connection.

use crate::LinkFailure;

/// Why a transport has no connection, or no longer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkError {
    /// The cause as a sentence for an operator. It holds no password.
    pub(crate) cause: String,
    pub(crate) failure: LinkFailure,
}

impl LinkError {
    /// An error that may mend by itself.
    pub(crate) fn unreachable(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            failure: LinkFailure::Unreachable,
        }
    }
}
