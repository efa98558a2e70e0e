//! Maps the access key of a bucket among the secrets of a project of Shuttle.
//!
//! Amazon's library looks for it in the environment of the process, where secrets are not.

use host::{Environment, MappedEnvironment, S3Credentials};

/// Returns the access key that is set, unless a token belongs to it, which only Amazon's library can use.
pub(crate) fn map_environment(environment: &Environment) -> MappedEnvironment {
    let value_of = |name| {
        let value = environment.get(name)?.to_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    };
    let key = value_of("AWS_ACCESS_KEY_ID").zip(value_of("AWS_SECRET_ACCESS_KEY"));
    let key = key.filter(|_| value_of("AWS_SESSION_TOKEN").is_none());
    MappedEnvironment {
        variables: Vec::new(),
        s3_credentials: key.map(|(key, secret)| S3Credentials { key, secret }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(variables: &[(&str, &str)]) -> Option<String> {
        let variables = variables.iter();
        let environment = variables
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        map_environment(&environment)
            .s3_credentials
            .map(|given| given.key)
    }

    #[test]
    fn an_access_key_is_taken_whole_and_without_a_token() {
        let (key, secret) = (
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        );
        assert_eq!(key_of(&[key, secret]).as_deref(), Some("key"));
        assert_eq!(key_of(&[key]), None);
        assert_eq!(key_of(&[key, ("AWS_SECRET_ACCESS_KEY", "")]), None);
        assert_eq!(key_of(&[key, secret, ("AWS_SESSION_TOKEN", "token")]), None);
    }
}
