//! Quiet options that are not quiet.

use game::God;
use game::content::{Choice, Quest};

use super::{ContentError, find_option, in_option, in_quest, in_success, mark};

fn in_quiet(break_it: impl FnOnce(&mut Choice)) -> Vec<ContentError> {
    in_quest(|quest: &mut Quest| break_it(find_option(quest, |option| option.quiet)))
}

#[test]
fn a_quiet_deed_is_rolled_and_can_be_caught() {
    let sure = in_quiet(|option| option.disaster = None);
    assert_eq!(sure, [ContentError::QuietUnrolled]);
    let plain = in_quiet(|option| option.check = None);
    assert!(plain.contains(&ContentError::QuietUnrolled), "{plain:?}");
}

#[test]
fn a_quiet_deed_stays_small() {
    let great = in_quiet(|option| option.great = true);
    assert!(great.contains(&ContentError::QuietLoud), "{great:?}");
    let triumph = in_quiet(|option| option.triumph.clone_from(&option.success));
    assert_eq!(triumph, [ContentError::QuietLoud]);
    let wound = in_quiet(|option| option.success.as_mut().unwrap().wound = 5);
    assert_eq!(wound, [ContentError::QuietHarms]);
    let harm =
        in_quiet(|option| option.disaster.as_mut().unwrap().harm = Some(mark("bolt-loosed")));
    assert_eq!(harm, [ContentError::QuietHarms]);
    let leads = in_quest(|quest| {
        let ending = quest.endings[0].id.clone();
        let option = find_option(quest, |option| option.quiet);
        option.success.as_mut().unwrap().ending = Some(ending);
    });
    assert_eq!(leads, [ContentError::QuietLeads]);
}

#[test]
fn a_quiet_deed_names_its_hand_only_where_it_is_caught() {
    let named = in_quiet(|option| option.success.as_mut().unwrap().text += " It was {doer}.");
    assert_eq!(named, [ContentError::QuietNames]);
    let unnamed = in_quiet(|option| {
        let text = &mut option.disaster.as_mut().unwrap().text;
        *text = text.replace("{doer}", "she");
    });
    assert_eq!(unnamed, [ContentError::QuietNames]);
}

#[test]
fn a_quiet_hand_that_fails_has_done_nothing() {
    let favour = in_quiet(|option| {
        option
            .failure
            .as_mut()
            .unwrap()
            .favour
            .insert(God::Mercus, 2);
    });
    assert_eq!(favour, [ContentError::QuietFailureCounts]);
    let trust = in_quiet(|option| option.failure.as_mut().unwrap().trust = -1);
    assert_eq!(trust, [ContentError::QuietFailureCounts]);
}

#[test]
fn what_belongs_to_quiet_options_is_found_on_others() {
    assert_eq!(
        in_option(|option| option.many = true),
        [ContentError::QuietStray("many")]
    );
    let gives = in_success(|success| success.gives = Some(mark("owns-farm")));
    assert_eq!(gives, [ContentError::QuietStray("gives")]);
}
