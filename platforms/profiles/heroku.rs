//! Maps the variables of Heroku's add-ons to ours.

use host::{Environment, MappedVariable};

/// Maps the bucket of the add-on Bucketeer to the journal's replica, unless storage is configured explicitly.
pub(crate) fn map_environment(environment: &Environment) -> Vec<MappedVariable> {
    let value_of = |name| environment.get(name).and_then(|value| value.to_str());
    if value_of("REPLICA_URL").is_some() || value_of("DATABASE_URL").is_some() {
        return Vec::new();
    }
    let (Some(bucket), Some(key), Some(secret)) = (
        value_of("BUCKETEER_BUCKET_NAME"),
        value_of("BUCKETEER_AWS_ACCESS_KEY_ID"),
        value_of("BUCKETEER_AWS_SECRET_ACCESS_KEY"),
    ) else {
        return Vec::new();
    };
    let region = value_of("BUCKETEER_AWS_REGION").unwrap_or("us-east-1");
    let replica_url = format!("s3://{bucket}/codex?region={region}");
    [
        ("REPLICA_URL", replica_url.as_str()),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
    ]
    .map(|(name, value)| MappedVariable {
        name,
        value: value.into(),
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKETEER: [(&str, &str); 3] = [
        ("BUCKETEER_BUCKET_NAME", "bucketeer-1"),
        ("BUCKETEER_AWS_ACCESS_KEY_ID", "key"),
        ("BUCKETEER_AWS_SECRET_ACCESS_KEY", "secret"),
    ];

    fn mapped(more: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let given = BUCKETEER.iter().chain(more);
        let environment = given
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        map_environment(&environment)
            .into_iter()
            .map(|MappedVariable { name, value }| (name, value.to_string_lossy().into_owned()))
            .collect()
    }

    #[test]
    fn the_add_ons_bucket_holds_the_replica() {
        let expected = [
            ("REPLICA_URL", "s3://bucketeer-1/codex?region=eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        let mapped = mapped(&[("BUCKETEER_AWS_REGION", "eu-west-1")]);
        assert_eq!(
            mapped,
            expected.map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn configured_storage_is_not_overridden() {
        assert_eq!(mapped(&[("REPLICA_URL", "s3://mine")]), []);
        assert_eq!(mapped(&[("DATABASE_URL", "postgres://u:p@h/d")]), []);
    }
}
