//! The terms of each provider.

use std::time::Duration;

use crate::{Disk, ExitCodes, ForwardedHeaders, PlatformTerms, ProxyTerms, Rollout, Routes, Store};

pub(crate) const SECRET_KEY: &str = "what-signs-the-cookies-of-all-these-tests";

/// One host, where somebody restarts the process: systemd, say, or Docker.
pub fn host(binary: &'static str, store: Store) -> PlatformTerms {
    PlatformTerms {
        binary,
        variables: vec![("SECRET_KEY", SECRET_KEY.to_owned())],
        port: "PORT",
        release: None,
        // Docker's.
        grace: Duration::from_secs(10),
        exit_codes: ExitCodes::OWN,
        disk: Disk::Lasts,
        rollout: Rollout::StopFirst,
        routes: Routes::WhenBound,
        proxy: ProxyTerms {
            headers: ForwardedHeaders::Nobodys,
            idle: Duration::from_hours(1),
            age: None,
            sleeps: false,
        },
        store,
    }
}

/// A dyno of Heroku's Common Runtime, without Preboot: nobody asks whether a dyno is ready.
pub fn heroku(binary: &'static str, store: Store) -> PlatformTerms {
    PlatformTerms {
        binary,
        variables: vec![
            ("SECRET_KEY", SECRET_KEY.to_owned()),
            ("DYNO", "web.1".to_owned()),
        ],
        port: "PORT",
        release: Some("HEROKU_RELEASE_VERSION"),
        grace: Duration::from_secs(30),
        exit_codes: ExitCodes::OWN,
        disk: Disk::IsWiped,
        rollout: Rollout::AtOnce,
        routes: Routes::WhenBound,
        proxy: ProxyTerms {
            headers: ForwardedHeaders::Herokus,
            idle: Duration::from_secs(55),
            age: None,
            sleeps: false,
        },
        store,
    }
}

/// The one task of a service of Amazon ECS that is deployed at 0/100, behind an application load balancer.
/// Its store is one with an agent.
pub fn ecs(binary: &'static str, store: Store) -> PlatformTerms {
    PlatformTerms {
        binary,
        variables: vec![
            ("SECRET_KEY", SECRET_KEY.to_owned()),
            ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
        ],
        port: "PORT",
        release: None,
        // The task definition's.
        grace: Duration::from_mins(1),
        exit_codes: ExitCodes::OWN,
        disk: Disk::IsWiped,
        rollout: Rollout::StopFirst,
        routes: Routes::WhenReady,
        proxy: ProxyTerms {
            headers: ForwardedHeaders::Amazons,
            // An hour for the connection; this is for what travels on it.
            idle: Duration::from_mins(1),
            age: None,
            sleeps: false,
        },
        store,
    }
}

/// An instance of a Cloud Run service with request-based billing.
pub fn cloudrun(binary: &'static str, store: Store) -> PlatformTerms {
    PlatformTerms {
        binary,
        variables: vec![
            ("SECRET_KEY", SECRET_KEY.to_owned()),
            ("K_SERVICE", "arcane-codex".to_owned()),
            ("K_CONFIGURATION", "arcane-codex".to_owned()),
        ],
        port: "PORT",
        release: Some("K_REVISION"),
        grace: Duration::from_secs(10),
        exit_codes: ExitCodes::OWN,
        disk: Disk::IsWiped,
        rollout: Rollout::StartFirst,
        routes: Routes::WhenReady,
        proxy: ProxyTerms {
            headers: ForwardedHeaders::Googles,
            idle: Duration::from_hours(1),
            age: Some(Duration::from_hours(1)),
            sleeps: true,
        },
        store,
    }
}

/// A project of the Shuttle runtime, as `shuttle run` starts one. Its store is one whose settings are secrets:
/// [`Store::as_secrets`].
pub fn shuttle(binary: &'static str, store: Store) -> PlatformTerms {
    PlatformTerms {
        binary,
        variables: vec![
            ("SHUTTLE_PROJECT_NAME", "arcane-codex".to_owned()),
            ("SHUTTLE_ENV", "local".to_owned()),
            ("SHUTTLE_RUNTIME_IP", "127.0.0.1".to_owned()),
        ],
        port: "SHUTTLE_RUNTIME_PORT",
        release: None,
        grace: Duration::from_secs(10),
        // The runtime drops the service at the signal. A service that ends by itself is an error of it.
        exit_codes: ExitCodes {
            asked: 10,
            taken_over: 1,
        },
        disk: Disk::Lasts,
        rollout: Rollout::StartFirst,
        routes: Routes::WhenReady,
        proxy: ProxyTerms {
            headers: ForwardedHeaders::Nobodys,
            idle: Duration::from_hours(1),
            age: None,
            sleeps: false,
        },
        store,
    }
}
