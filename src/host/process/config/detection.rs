//! What follows from where a process runs: whether the disk of its journal lasts, and what it does not trust there.

use std::collections::BTreeMap;

use mounts::{Durability, Mount};

use super::Config;
use super::source::{Environment, ValueSource, value};
use crate::{Platform, TlsVerification};

/// Why a journal in the file of `DB_PATH` would be lost on this platform; `None` where it would not.
pub(super) fn loss_of_journal(config: &Config) -> Option<String> {
    let platform = &config.platform;
    platform.profile.ephemeral_advice?;
    // A disk of which nothing is known is the platform's.
    let mount = Mount::of(&config.journal.path).ok();
    let found = mount.as_ref().map(|mount| (mount, mount.durability()));
    Some(match found {
        None | Some((_, Durability::OwnDisk | Durability::ContainerLayer)) => {
            let name = platform.profile.name;
            format!("the disk of a process on {name} is gone with it")
        }
        Some((mount, Durability::Memory)) => format!("DB_PATH lies in memory, on {mount}"),
        Some((mount, Durability::ContainerVolume)) => {
            let point = mount.point.display();
            format!("the volume at {point} belongs to this container alone and is gone with it")
        }
        Some((mount, Durability::Volume)) if platform.is_ephemeral(mount) => {
            let (point, name) = (mount.point.display(), platform.profile.name);
            format!("what is mounted at {point} on {name} is gone with the process")
        }
        Some((_, Durability::Volume)) => return None,
    })
}

/// Warns, where no platform is known that would refuse it, of a file of `DB_PATH` that goes with the memory or the
/// container it is in.
pub(super) fn soon_lost(config: &Config) -> Option<String> {
    let kept_elsewhere = config.replica.url.is_some() || config.has_journal_server();
    if kept_elsewhere || config.journal.ephemeral_allowed {
        return None;
    }
    let mount = Mount::of(&config.journal.path).ok()?;
    let what = match mount.durability() {
        Durability::Memory => "which is memory: every table is lost with it",
        Durability::ContainerLayer => {
            "which is part of this container: every table is lost when that is removed"
        }
        Durability::ContainerVolume => {
            "a volume that belongs to this container alone and is gone with it"
        }
        Durability::OwnDisk | Durability::Volume => return None,
    };
    Some(format!(
        "DB_PATH: the journal lies on {mount}, {what}. Mount a disk or a named volume for its folder, or set REPLICA_URL"
    ))
}

/// Returns the volume that holds the journal, where without one the journal would be refused.
#[cfg(feature = "sqlite")]
pub(crate) fn volume_of_journal(config: &Config) -> Option<Mount> {
    config.platform.profile.ephemeral_advice?;
    let lasts = loss_of_journal(config).is_none();
    lasts
        .then(|| Mount::of(&config.journal.path).ok())
        .flatten()
}

/// Says what the entry point of a platform would trust and this process does not, where nothing else was set.
pub(super) fn withheld_trust(
    config: &Config,
    sources: &BTreeMap<&'static str, ValueSource>,
) -> Option<String> {
    let platform = &config.platform.profile;
    let withheld = platform.withheld?;
    let unset = |name| !sources.contains_key(name);
    let mut settings = Vec::new();
    if withheld.proxies > 0 && unset("TRUSTED_PROXY_HOPS") {
        settings.push(format!("TRUSTED_PROXY_HOPS={}", withheld.proxies));
    }
    if withheld.tls_verification == TlsVerification::AnyCertificate {
        if config.database.url.is_some() && unset("DATABASE_TLS") {
            settings.push("DATABASE_TLS=any".to_owned());
        }
        if config.bus.redis_url.is_some()
            && config.bus.redis_ca_file.is_none()
            && unset("REDIS_TLS")
        {
            settings.push("REDIS_TLS=any".to_owned());
        }
    }
    (!settings.is_empty()).then(|| {
        format!(
            "{variable} is set, so this is taken for {name}, whose own build would also rely on {settings}: set what is \
             true here, or build the image with --build-arg PLATFORM={name}. A variable alone proves no router in front",
            variable = platform.detected_by.join(", "),
            name = platform.name,
            settings = settings.join(", "),
        )
    })
}

/// Returns whether the platform says by a variable that its volumes are ephemeral.
pub(super) fn has_ephemeral_volumes(platform: &Platform, environment: &Environment) -> bool {
    platform.ephemeral_volumes.is_some_and(|(name, said)| {
        value(environment, name).is_ok_and(|value| value.as_deref() == Some(said))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_ephemeral_disk_are_no_volumes() {
        let dyno = Platform {
            ephemeral_mounts: &["/app"],
            ..Platform::PLAIN
        };
        let mut platform = Config::defaults(&dyno).platform;
        let mounted = |point: &str| Mount {
            point: point.into(),
            root: "/".into(),
            kind: "ext4".to_owned(),
        };
        assert!(platform.is_ephemeral(&mounted("/app")));
        assert!(!platform.is_ephemeral(&mounted("/app/storage")));
        platform.volumes_are_ephemeral = true;
        assert!(platform.is_ephemeral(&mounted("/app/storage")));
    }
}
