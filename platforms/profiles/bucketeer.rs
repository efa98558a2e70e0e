//! Maps the variables of Bucketeer, the bucket add-on of Heroku, to ours.

use host::{Environment, MappedEnvironment, S3Credentials};

/// Returns the settings of a replica in the add-on's bucket, or none where `REPLICA_URL` or `DATABASE_URL` is set.
pub(crate) fn map_environment(environment: &Environment) -> MappedEnvironment {
    let value_of = |name| environment.get(name).and_then(|value| value.to_str());
    if value_of("REPLICA_URL").is_some() || value_of("DATABASE_URL").is_some() {
        return MappedEnvironment::default();
    }
    let (Some(bucket), Some(key), Some(secret)) = (
        value_of("BUCKETEER_BUCKET_NAME"),
        value_of("BUCKETEER_AWS_ACCESS_KEY_ID"),
        value_of("BUCKETEER_AWS_SECRET_ACCESS_KEY"),
    ) else {
        return MappedEnvironment::default();
    };
    let region = value_of("BUCKETEER_AWS_REGION").unwrap_or("us-east-1");
    MappedEnvironment {
        variables: vec![(
            "REPLICA_URL",
            format!("s3://{bucket}/codex?region={region}").into(),
        )],
        s3_credentials: Some(S3Credentials {
            key: key.to_owned(),
            secret: secret.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(more: &[(&str, &str)]) -> MappedEnvironment {
        let bucketeer = [
            ("BUCKETEER_BUCKET_NAME", "bucketeer-1"),
            ("BUCKETEER_AWS_ACCESS_KEY_ID", "key"),
            ("BUCKETEER_AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        let given = bucketeer.iter().chain(more);
        let environment = given
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        map_environment(&environment)
    }

    #[test]
    fn the_add_ons_bucket_holds_the_replica_and_is_opened_with_its_credentials() {
        let mapped = mapped(&[("BUCKETEER_AWS_REGION", "eu-west-1")]);
        let replica = "s3://bucketeer-1/codex?region=eu-west-1";
        assert_eq!(mapped.variables, [("REPLICA_URL", replica.into())]);
        let given = mapped.s3_credentials.expect("credentials");
        assert_eq!(
            (given.key.as_str(), given.secret.as_str()),
            ("key", "secret")
        );
    }

    #[test]
    fn configured_storage_is_not_overridden() {
        let nothing = MappedEnvironment::default();
        assert_eq!(mapped(&[("REPLICA_URL", "s3://mine")]), nothing);
        assert_eq!(mapped(&[("DATABASE_URL", "postgres://u:p@h/d")]), nothing);
    }
}
