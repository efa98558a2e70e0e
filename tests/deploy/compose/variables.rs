//! What the compose files make of variables: limits, ports, secrets of the shell, and the profile with Prometheus.

use std::fs;
use std::process::Command;

use deploy::{outcome, read, root, told};
use serde_json::Value;

use super::written::{STACKS, composed_with};

/// The two have their secrets from different places, and nothing else is different.
#[test]
fn the_file_of_the_old_name_is_the_same_stack_with_secrets_of_the_shell() {
    let given = [("SECRET_KEY", "a key"), ("REDIS_PASSWORD", "a-word")];
    let mut old = composed_with(&["docker-compose.prod.yml"], &given);
    let app = &old["services"]["app"]["environment"];
    assert_eq!(app["SECRET_KEY"], "a key");
    assert_eq!(app["REDIS_URL"], "redis://:a-word@redis:6379");
    assert_eq!(
        old["services"]["redis"]["environment"]["REDIS_PASSWORD"],
        "a-word"
    );
    let mut new = composed_with(STACKS[1], &given);
    for stack in [&mut old, &mut new] {
        let of = |services: &mut Value, service: &str, keys: &[&str]| {
            let fields = services["services"][service].as_object_mut().unwrap();
            fields.remove("secrets");
            fields.remove("healthcheck");
            let environment = fields["environment"].as_object_mut().unwrap();
            environment.retain(|name, _| !keys.contains(&name.trim_end_matches("_FILE")));
        };
        of(stack, "app", &["SECRET_KEY", "REDIS_URL"]);
        of(stack, "redis", &["REDIS_PASSWORD"]);
    }
    for part in ["services", "networks", "volumes"] {
        assert_eq!(old[part], new[part], "{part}");
    }
}

#[test]
fn the_file_of_the_old_name_says_what_the_shell_has_to_give() {
    let ended = outcome(
        Command::new(servers::program("compose", "docker-compose"))
            .args([
                "--env-file",
                "/dev/null",
                "--file",
                "docker-compose.prod.yml",
                "config",
            ])
            .env_remove("SECRET_KEY")
            .env_remove("REDIS_PASSWORD")
            .current_dir(root()),
    );
    assert!(!ended.status.success());
    let said = told(&ended);
    for part in ["SECRET_KEY", "REDIS_PASSWORD", "openssl rand -hex 32"] {
        assert!(said.contains(part), "{said}");
    }
}

/// What `.env` says of the limits is what a container gets.
#[test]
fn the_limits_of_production_follow_the_variables() {
    let given = [
        ("APP_INSTANCES", "5"),
        ("APP_CPUS", "4.0"),
        ("APP_MEMORY", "4g"),
        ("DB_POOL_SIZE", "50"),
        ("NGINX_CPUS", "3.0"),
        ("NGINX_MEMORY", "300m"),
        ("REDIS_CPUS", "1.5"),
        ("REDIS_MEGABYTES", "1024"),
        ("POSTGRES_CPUS", "2.5"),
        ("POSTGRES_MEMORY", "3g"),
    ];
    let stack = composed_with(STACKS[2], &given);
    let services = &stack["services"];
    let limits = |service: &str| services[service]["deploy"]["resources"]["limits"].clone();
    let mib = |count: u64| (count * 1024 * 1024).to_string();
    for (service, cpus, memory) in [
        ("app", 4.0, mib(4096)),
        ("nginx", 3.0, mib(300)),
        ("redis", 1.5, mib(1024)),
        ("postgres", 2.5, mib(3072)),
    ] {
        assert_eq!(limits(service)["cpus"].as_f64(), Some(cpus), "{service}");
        assert_eq!(limits(service)["memory"], memory, "{service}");
    }
    assert_eq!(services["app"]["scale"], 5);
    assert_eq!(services["app"]["environment"]["DB_POOL_SIZE"], "50");
    let redis = services["redis"]["entrypoint"].to_string();
    assert!(redis.contains("maxmemory $$((1024 * 3 / 4))mb"), "{redis}");
}

#[test]
fn the_ports_of_this_machine_are_variables() {
    let given = [
        ("PORT", "5001"),
        ("HTTP_PORT", "8080"),
        ("HTTPS_PORT", "8443"),
    ];
    let published = |files: &[&str], service: &str| -> Vec<String> {
        let stack = composed_with(files, &given);
        let ports = stack["services"][service]["ports"]
            .as_array()
            .unwrap()
            .iter();
        ports
            .map(|port| port["published"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(published(STACKS[0], "app"), ["8080", "5001"]);
    assert_eq!(published(STACKS[1], "nginx"), ["8080", "8443"]);
}

/// Prometheus asks where the instances answer, in a network it is in.
#[test]
fn the_prometheus_of_the_profile_finds_the_instances() {
    let config: Value = serde_saphyr::from_str(&read("monitoring/prometheus.yml")).unwrap();
    let found = &config["scrape_configs"][0]["dns_sd_configs"][0];
    let stack = composed_with(STACKS[1], &[("COMPOSE_PROFILES", "monitoring")]);
    let service = found["names"][0].as_str().unwrap();
    let app = &stack["services"][service];
    assert_eq!(
        app["environment"]["METRICS_PORT"],
        found["port"].to_string()
    );
    let prometheus = &stack["services"]["prometheus"];
    for network in prometheus["networks"].as_object().unwrap().keys() {
        assert!(app["networks"].get(network).is_some(), "{network}");
    }
    let rules = config["rule_files"][0].as_str().unwrap();
    for (number, file) in ["prometheus.yml", rules].into_iter().enumerate() {
        let mounted = &prometheus["volumes"][number];
        let source = fs::canonicalize(mounted["source"].as_str().unwrap()).unwrap();
        assert_eq!(source, root().join("monitoring").join(file));
        assert_eq!(mounted["target"], format!("/etc/prometheus/{file}"));
    }
    let published = &prometheus["ports"][0];
    assert_eq!(published["host_ip"], "127.0.0.1");
}
