//! Settings of how often each client may ask, guess and open tables.

use super::parse;
use super::setting::{Setting, SettingGroup};
use crate::process::config::Config;

/// Settings of how often each client may ask.
#[derive(Clone, Debug)]
pub struct RateLimitsConfig {
    /// Whether requests are rate limited. Guesses are in any case.
    pub enabled: bool,
    /// Requests of one seat in a minute.
    pub seat_per_minute: u32,
    /// Requests in a minute that use no seat, of one address; ten times as many as a seat's if unset.
    pub unseated_per_minute: Option<u32>,
    /// All requests of one address in a minute; a hundred times as many as a seat's if unset.
    pub address_per_minute: Option<u32>,
    /// Health checks and metrics of one address in a minute.
    pub probes_per_minute: u32,
    /// Tables that one address may open in ten minutes.
    pub openings_per_ten_minutes: u32,
    /// Seats that one address may take in five minutes.
    pub joinings_per_five_minutes: u32,
    /// Wrong codes of one address in a minute.
    pub wrong_codes_per_minute: u32,
    /// Wrong phrases of one address in a minute.
    pub wrong_phrases_per_minute: u32,
}

impl RateLimitsConfig {
    /// Returns the limits of requests; none if they are switched off.
    pub fn requests(&self) -> Option<web::RateLimits> {
        let defaults = web::RateLimits::by_seat(self.seat_per_minute);
        let unseated_per_minute = self.unseated_per_minute;
        let address_per_minute = self.address_per_minute;
        self.enabled.then_some(web::RateLimits {
            seat_per_minute: self.seat_per_minute,
            unseated_per_minute: unseated_per_minute.unwrap_or(defaults.unseated_per_minute),
            address_per_minute: address_per_minute.unwrap_or(defaults.address_per_minute),
            probes_per_minute: self.probes_per_minute,
            openings_per_ten_minutes: self.openings_per_ten_minutes,
            joinings_per_five_minutes: self.joinings_per_five_minutes,
        })
    }

    /// Returns the limits of guesses.
    pub fn guesses(&self) -> web::GuessLimits {
        web::GuessLimits {
            codes_per_minute: self.wrong_codes_per_minute,
            phrases_per_minute: self.wrong_phrases_per_minute,
        }
    }
}

impl Default for RateLimitsConfig {
    fn default() -> Self {
        let web::GuessLimits {
            codes_per_minute,
            phrases_per_minute,
        } = web::GuessLimits::default();
        let requests = web::RateLimits::by_seat(60);
        Self {
            enabled: true,
            seat_per_minute: requests.seat_per_minute,
            unseated_per_minute: None,
            address_per_minute: None,
            probes_per_minute: requests.probes_per_minute,
            openings_per_ten_minutes: requests.openings_per_ten_minutes,
            joinings_per_five_minutes: requests.joinings_per_five_minutes,
            wrong_codes_per_minute: codes_per_minute,
            wrong_phrases_per_minute: phrases_per_minute,
        }
    }
}

const PER_MINUTE: &str = "requests per minute, 1 to 1000000";

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Rate limits",
    summary: "How often a client may ask, open tables and guess. All of it may come at once, and comes back evenly; what is \
              beyond is answered with status 429 and `Retry-After`. A client is an IPv4 address or an IPv6 network: of 64 \
              bits, and of 48 where tables and guesses are counted. Instances that share a Redis count together, except \
              what is said to be each instance's own.",
    settings: &[
        Setting {
            name: "RATE_LIMIT_ENABLED",
            meaning: "Whether requests above the limit are answered with status 429. Wrong codes and phrases are limited in \
                      any case",
            form: "true or false",
            parse: |config, text| {
                parse::boolean(text).map(|enabled| config.rate_limits.enabled = enabled)
            },
            format: |config| config.rate_limits.enabled.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_REQUESTS_PER_MINUTE",
            meaning: "The requests that one seat may make: pages, commands, event streams that it opens",
            form: "requests per minute, 1 to 100000",
            parse: |config, text| {
                parse::number(text, 1, 100_000)
                    .map(|requests| config.rate_limits.seat_per_minute = requests)
            },
            format: |config| config.rate_limits.seat_per_minute.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_UNSEATED_REQUESTS_PER_MINUTE",
            meaning: "The requests of one client that use no seat: of newcomers and spectators",
            form: PER_MINUTE,
            unset: "ten times MAX_REQUESTS_PER_MINUTE",
            parse: |config, text| {
                parse::number(text, 1, 1_000_000)
                    .map(|requests| config.rate_limits.unseated_per_minute = Some(requests))
            },
            format: |config| shown(config.rate_limits.unseated_per_minute),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_ADDRESS_REQUESTS_PER_MINUTE",
            meaning: "All requests of one client, whatever seats it has and whether or not there is anything to be had; each \
                      instance's own. The default suits a class of 300 behind one address",
            form: PER_MINUTE,
            unset: "a hundred times MAX_REQUESTS_PER_MINUTE",
            parse: |config, text| {
                parse::number(text, 1, 1_000_000)
                    .map(|requests| config.rate_limits.address_per_minute = Some(requests))
            },
            format: |config| shown(config.rate_limits.address_per_minute),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_PROBES_PER_MINUTE",
            meaning: "The requests of one client for /health and /metrics, which count towards nothing else; each \
                      instance's own. /health/live and /health/ready are always answered",
            form: PER_MINUTE,
            parse: |config, text| {
                parse::number(text, 1, 1_000_000)
                    .map(|requests| config.rate_limits.probes_per_minute = requests)
            },
            format: |config| config.rate_limits.probes_per_minute.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_OPENINGS_PER_10_MINUTES",
            meaning: "The tables that one client may open",
            form: "tables in ten minutes, 1 to 100000",
            parse: |config, text| {
                parse::number(text, 1, 100_000)
                    .map(|tables| config.rate_limits.openings_per_ten_minutes = tables)
            },
            format: |config| config.rate_limits.openings_per_ten_minutes.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_JOININGS_PER_5_MINUTES",
            meaning: "The seats that one client may take, or take again with a recovery phrase",
            form: "seats in five minutes, 1 to 100000",
            parse: |config, text| {
                parse::number(text, 1, 100_000)
                    .map(|seats| config.rate_limits.joinings_per_five_minutes = seats)
            },
            format: |config| config.rate_limits.joinings_per_five_minutes.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_WRONG_CODES_PER_MINUTE",
            meaning: "The codes of no table that one client may try; one that finds a table does not count",
            form: "codes per minute, 1 to 10000",
            parse: |config, text| {
                parse::number(text, 1, 10_000)
                    .map(|codes| config.rate_limits.wrong_codes_per_minute = codes)
            },
            format: |config| config.rate_limits.wrong_codes_per_minute.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_WRONG_PHRASES_PER_MINUTE",
            meaning: "The recovery phrases of no seat that one client may try; one that brings a seat back does not count",
            form: "phrases per minute, 1 to 1000",
            parse: |config, text| {
                parse::number(text, 1, 1_000)
                    .map(|phrases| config.rate_limits.wrong_phrases_per_minute = phrases)
            },
            format: |config| config.rate_limits.wrong_phrases_per_minute.to_string(),
            ..Setting::PUBLIC
        },
    ],
    contradictions,
};

fn shown(number: Option<u32>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn contradictions(config: &Config) -> Vec<String> {
    let limits = &config.rate_limits;
    let Some(in_all) = limits.address_per_minute.filter(|_| limits.enabled) else {
        return Vec::new();
    };
    let parts = [
        ("MAX_REQUESTS_PER_MINUTE", Some(limits.seat_per_minute)),
        (
            "MAX_UNSEATED_REQUESTS_PER_MINUTE",
            limits.unseated_per_minute,
        ),
    ];
    let larger = parts.into_iter().filter_map(|(name, part)| {
        let part = part.filter(|part| *part > in_all)?;
        Some(format!(
            "MAX_ADDRESS_REQUESTS_PER_MINUTE: {in_all} for all requests of a client is less than {name} allows for some of \
             them ({part}); raise it, or lower that"
        ))
    });
    larger.collect()
}
