//! What a quest begins with: a code to join by, a seed, and the public commitment to that seed.

use game::{Code, Opening, Seed};
use store::chain;

/// Draws the code and the seed of a quest from the operating system's randomness.
pub(crate) fn draw_opening(random: fn(&mut [u8])) -> Opening {
    let mut seed = [0; 32];
    random(&mut seed);
    let mut code = [0; Code::LEN];
    random(&mut code);
    let seed = Seed(seed);
    Opening {
        code: Code::from_random(code),
        seed,
        commitment: chain::commit_to(&seed),
    }
}
