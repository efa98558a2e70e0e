//! Throws that fall as a test wants them to: a seed that gives them is looked for.

use game::{Dice, Purpose, Seed, ThrowAddress};

/// A throw of the hall that is to fall in some way.
pub(crate) struct Rigged<'a> {
    at: ThrowAddress,
    falls: &'a dyn Fn(u32) -> bool,
}

/// The throw for `purpose` and `of` in the hall falls so.
pub(crate) fn falls(purpose: Purpose, of: u32, falls: &dyn Fn(u32) -> bool) -> Rigged<'_> {
    let at = ThrowAddress {
        scene: 1,
        purpose,
        of,
    };
    Rigged { at, falls }
}

/// The throw over the pushing in the hall falls so.
pub(crate) fn push_falls(fallen: &dyn Fn(u32) -> bool) -> Rigged<'_> {
    falls(Purpose::Deed, 16, fallen)
}

/// The first seed by which all of `throws` fall as they are to.
pub(super) fn seed(throws: &[Rigged<'_>]) -> Seed {
    let seed = (0..=u32::MAX).map(seed_of).find(|seed| {
        throws.iter().all(|rigged| {
            let dice = Dice::at_address(*seed, rigged.at);
            (rigged.falls)(dice.at(0, 100) + 1)
        })
    });
    seed.expect("some seed gives such throws")
}

fn seed_of(number: u32) -> Seed {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    Seed(seed)
}
