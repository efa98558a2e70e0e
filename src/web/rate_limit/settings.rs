//! The rate limits that an operator sets.

/// How often each client may ask. All of it is there at once, and comes back evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests of a seat in a minute.
    pub seat_per_minute: u32,
    /// Requests in a minute that use no seat, of one address.
    pub unseated_per_minute: u32,
    /// Requests in a minute of one address, whatever they ask for and whoever it says it is.
    pub address_per_minute: u32,
    /// Health checks and metrics in a minute of one address.
    pub probes_per_minute: u32,
    /// Tables that one address may open in ten minutes.
    pub openings_per_ten_minutes: u32,
    /// Seats that one address may take, or take again, in five minutes.
    pub joinings_per_five_minutes: u32,
}

/// How often each address may be wrong, whether or not requests are limited: it is what codes and phrases are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessLimits {
    /// Codes in a minute under which no table gathers.
    pub codes_per_minute: u32,
    /// Phrases in a minute that fit no seat, and tokens that are not the operator's: far too few to guess 40 bits.
    pub phrases_per_minute: u32,
}

impl RateLimits {
    /// The defaults for a server on which a seat may ask so often.
    pub const fn by_seat(seat_per_minute: u32) -> Self {
        Self {
            seat_per_minute,
            // Spectators and newcomers have only their address, and one address may be a school's.
            unseated_per_minute: seat_per_minute.saturating_mul(10),
            // A class of 300, each of whom asks once in three seconds.
            address_per_minute: seat_per_minute.saturating_mul(100),
            probes_per_minute: 600,
            // A class of 300 in threes.
            openings_per_ten_minutes: 100,
            joinings_per_five_minutes: 300,
        }
    }
}

impl Default for GuessLimits {
    fn default() -> Self {
        Self {
            codes_per_minute: 120,
            phrases_per_minute: 20,
        }
    }
}
