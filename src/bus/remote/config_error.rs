//! Why a bus cannot be made of its settings.

/// Why a bus cannot be made of its settings. Its messages hold no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusConfigError {
    /// The prefix would change the meaning of the keys and channels it begins.
    #[error("the prefix has other letters than a-z, A-Z, 0-9, - and _, or none, or more than 48")]
    Prefix,
    /// No certificate authority can be used.
    #[cfg(feature = "redis")]
    #[error(transparent)]
    Tls(#[from] tls::TlsConfigError),
    /// The database's URL and the setting of its encryption cannot be used together.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Postgres(#[from] pg::PgConfigError),
}
