//! How often each stake is met: the band that was settled for it.

use game::Stake;

/// In percent, from and to.
pub(super) struct StakeBounds {
    /// At random choices.
    pub(super) random: [f64; 2],
    /// When its seat plays for it among kind others.
    pub(super) played: [f64; 2],
}

/// What simulation may differ from what was settled by.
const TOLERANCE: f64 = 5.0;

/// The band of a stake: the general one, widened to what was measured as the stake was settled.
pub(super) fn bounds(stake: Stake) -> StakeBounds {
    let against = [35.0, 60.0];
    let played = [60.0, 100.0];
    let (random, measured, general) = match stake {
        Stake::CleanHands => ([1.0, 46.0], [100.0, 100.0], played),
        Stake::ByTheBook => ([33.0, 55.0], [46.0, 100.0], played),
        Stake::OneToTheBar => ([12.0, 12.0], [39.0, 96.0], played),
        Stake::TheOddOneOut => ([24.0, 61.0], [68.0, 90.0], played),
        Stake::AGoodOne => ([20.0, 20.0], [32.0, 51.0], against),
        Stake::OffTheMap => ([8.0, 32.0], [44.0, 100.0], played),
        Stake::AllStillBreathing => ([4.0, 36.0], [42.0, 91.0], played),
        Stake::SomethingPutBy => ([18.0, 85.0], [18.0, 83.0], played),
        Stake::NotFromOurPockets => ([62.0, 77.0], [64.0, 72.0], against),
        Stake::SlowWater => ([11.0, 35.0], [77.0, 100.0], played),
        Stake::NothingWasted => ([13.0, 25.0], [93.0, 100.0], played),
        Stake::WhatTheDarkIsFor => ([27.0, 38.0], [24.0, 56.0], against),
        Stake::FirstThroughTheDoor => ([2.0, 36.0], [94.0, 100.0], played),
        Stake::LongOdds => ([24.0, 58.0], [63.0, 97.0], played),
        Stake::NoBackDoor => ([11.0, 35.0], [94.0, 100.0], played),
        // Settled at 35 to 60 among those who mostly tell; who tells one whisper in three truly knows half.
        Stake::TheWholePage => ([5.0, 60.0], [28.0, 75.0], played),
        Stake::Proof => ([5.0, 48.0], [5.0, 48.0], played),
        // One more to keep than was settled, since it was met too often when played for.
        Stake::Unpublished => ([5.0, 27.0], [43.0, 65.0], against),
        Stake::FairExchange => ([12.0, 25.0], [50.0, 68.0], played),
        Stake::InTheBlack => ([19.0, 27.0], [37.0, 94.0], played),
        Stake::MyShare => ([10.0, 18.0], [36.0, 43.0], against),
        Stake::NoLockLeft => ([30.0, 45.0], [96.0, 100.0], played),
        Stake::NobodysHand => ([54.0, 67.0], [4.0, 66.0], played),
        Stake::MyOwn => ([3.0, 18.0], [72.0, 74.0], played),
    };
    let widened = |measured: [f64; 2], general: [f64; 2]| {
        [
            (measured[0].min(general[0]) - TOLERANCE).max(0.0),
            (measured[1].max(general[1]) + TOLERANCE).min(100.0),
        ]
    };
    StakeBounds {
        random: widened(random, [20.0, 55.0]),
        played: widened(measured, general),
    }
}
