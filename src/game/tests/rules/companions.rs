//! What companions tell, want and bear: what their sheets say.

use game::content::{DecisionMode, Mood, World};
use game::{
    ApprovalReason, Character, CompanionId, Event, God, Manner, Mark, OptionId, OutcomeKind,
    Purpose, Sense, Tag,
};

use crate::happened::{done, exposed};
use crate::party::{ANNA, BEN, Party, falls};
use crate::tale::{Told, id, tale, vera, vera_who, way};

/// What Vera tells as the hall opens beside Anna and Ben, who hear the halves of the insight.
fn told(world: World, trust: i32) -> Vec<(String, Manner)> {
    let mut party = Party::in_hall(world, 1);
    party.trusts(trust);
    party.all_choose("wait");
    let told = party.log().told.iter();
    told.filter(|told| matches!(told.by, Character::Companion(_)))
        .map(|told| (told.whisper.as_str().to_owned(), told.manner))
        .collect()
}

/// How many of what she hears Vera tells.
fn tells(world: World) -> usize {
    told(world, 50).len()
}

/// A world whose rooms have nothing but whispers of one weight.
fn weighing(weight: game::content::Weight) -> World {
    tale().quest(|quest| {
        for whisper in quest
            .scenes
            .iter_mut()
            .flat_map(|scene| &mut scene.whispers)
        {
            whisper.weight = weight;
        }
    })
}

#[test]
fn a_companion_speaks_up_by_approval_and_weight() {
    use game::content::Weight::{Critical, Minor, Telling};
    for (weight, least) in [(Minor, 40), (Telling, 50), (Critical, 60)] {
        assert_eq!(tells(weighing(weight).guest(vera(least))), 2);
        assert_eq!(tells(weighing(weight).guest(vera(least - 1))), 0);
    }
}

#[test]
fn in_a_bond_a_companion_tells_everything() {
    assert_eq!(told(tale().guest(vera(20)), 100).len(), 2);
}

/// A world in which everything crosses Vera.
fn crossing(approval: i32) -> World {
    tale().guest(vera(approval)).quest(|quest| {
        for whisper in quest
            .scenes
            .iter_mut()
            .flat_map(|scene| &mut scene.whispers)
        {
            whisper.crosses = Some(id!(CompanionId, "vera"));
        }
    })
}

#[test]
fn what_crosses_a_companion_it_keeps_twists_for_those_it_despises_and_tells_in_a_bond() {
    assert_eq!(told(crossing(100), 50).len(), 0);
    assert_eq!(told(crossing(30), 50).len(), 0);
    let despised = told(crossing(29), 50);
    assert!(!despised.is_empty());
    assert!(despised.iter().all(|(_, manner)| *manner == Manner::Twist));
    assert_eq!(told(crossing(79), 100).len(), 0);
    assert_eq!(told(crossing(80), 100).len(), 2);
}

#[test]
fn keeps_sense_tells_whispers_of_it_only_in_a_bond_of_those_it_likes_well() {
    // Without insights she hears what fits her senses.
    let keeping = |approval| {
        let world = tale().quest(|quest| {
            for scene in &mut quest.scenes {
                scene.options.retain(|way| way.insight.is_none());
            }
        });
        world.guest(vera_who(approval, &["keeps spirit", "keeps shadow"]))
    };
    assert_eq!(told(keeping(79), 50).len(), 0);
    assert_eq!(told(keeping(79), 100).len(), 0);
    assert_eq!(told(keeping(80), 100).len(), 2);
}

#[test]
fn tells_critical_and_tells_all_go_before_liking() {
    let critical = |approval| {
        let world = weighing(game::content::Weight::Critical);
        tells(world.guest(vera_who(approval, &["tells critical if approval >= 40"])))
    };
    assert_eq!((critical(39), critical(40)), (0, 2));
    let all = |approval| {
        tells(
            weighing(game::content::Weight::Critical)
                .guest(vera_who(approval, &["tells all if approval >= 20"])),
        )
    };
    assert_eq!((all(19), all(20)), (0, 2));
}

/// A world in which waiting is a deed of courage and singing one of mercy, which Athena loves.
fn tasting(guest: game::content::Companion) -> World {
    let world = tale().guest(guest).hall(|hall| {
        way(hall, "wait").tags = vec![Tag::Courage];
        way(hall, "sing").tags = vec![Tag::Mercy];
    });
    world.weighs(God::Athena, Tag::Mercy, 2)
}

/// What Vera leans to once Anna, the bearer, has chosen this.
fn leans(world: World, bearers: Option<&str>) -> Option<String> {
    let mut party = Party::in_hall(world, 1);
    if let Some(option) = bearers {
        party.chooses(ANNA, option).unwrap();
    }
    let leaning = party.view(ANNA).companions.remove(0).leans_to;
    leaning.map(|option| option.as_str().to_owned())
}

#[test]
fn a_companion_votes_as_its_patron_would() {
    assert_eq!(
        leans(tasting(vera(69)), Some("wait")).as_deref(),
        Some("sing")
    );
}

#[test]
fn a_companion_that_likes_the_party_well_votes_with_the_bearer() {
    assert_eq!(
        leans(tasting(vera(70)), Some("wait")).as_deref(),
        Some("wait")
    );
    assert_eq!(leans(tasting(vera(70)), None).as_deref(), Some("sing"));
}

#[test]
fn in_a_secret_ballot_its_vote_does_not_give_the_bearers_away() {
    let world = tasting(vera(100)).hall(|hall| hall.decide = DecisionMode::Secret);
    let mut party = Party::in_hall(world, 1);
    let events = party.decides(&[(ANNA, "wait"), (BEN, "wait")]);
    let voice = Character::Companion(id!(CompanionId, "vera"));
    let ballots = events.iter().find_map(|event| match event {
        Event::Decided { ballots, .. } => Some(ballots.clone()),
        _ => None,
    });
    let own = ballots
        .unwrap()
        .into_iter()
        .find(|ballot| ballot.voice == voice);
    assert_eq!(own.unwrap().option.as_str(), "sing");
}

#[test]
fn votes_adds_to_its_taste() {
    let guest = vera_who(50, &["votes courage +3"]);
    assert_eq!(leans(tasting(guest), None).as_deref(), Some("wait"));
}

#[test]
fn will_not_goes_before_the_bearer_and_must_goes_before_all() {
    let guest = vera_who(90, &["will_not courage"]);
    assert_eq!(leans(tasting(guest), Some("wait")).as_deref(), Some("sing"));
    let guest = vera_who(90, &["must courage"]);
    assert_eq!(leans(tasting(guest), Some("sing")).as_deref(), Some("wait"));
}

#[test]
fn will_not_when_crossed_holds_where_a_whisper_crosses_it() {
    let guest = || vera_who(90, &["will_not courage when crossed"]);
    assert_eq!(
        leans(tasting(guest()), Some("wait")).as_deref(),
        Some("wait")
    );
    let crossed = tasting(guest()).whisper(Sense::Wild, |whisper| {
        whisper.crosses = Some(id!(CompanionId, "vera"));
    });
    assert_eq!(leans(crossed, Some("wait")).as_deref(), Some("sing"));
}

#[test]
fn must_holds_when_its_mood_mark_or_wound_is_there() {
    let leaning = |rule: &str, prepare: &dyn Fn(World) -> World, given: &dyn Fn(&mut Party)| {
        let mut party = Party::in_hall(prepare(tasting(vera_who(50, &[rule]))), 1);
        given(&mut party);
        let leaning = party.view(ANNA).companions.remove(0).leans_to;
        leaning == OptionId::parse("wait")
    };
    let grim = |world: World| world.hall(|hall| hall.mood = Mood::Grim);
    let same = |world: World| world;
    assert!(!leaning("must courage if mood grim", &same, &|_| ()));
    assert!(leaning("must courage if mood grim", &grim, &|_| ()));
    let rule = "must courage if mark sworn-";
    assert!(!leaning(rule, &same, &|_| ()));
    assert!(leaning(rule, &same, &|party| party.marked("sworn-to-it")));
    let rule = "must courage if seat_hp < 30";
    assert!(!leaning(rule, &same, &|_| ()));
    let wounded = |party: &mut Party| party.given(&[Event::HpMoved { seat: BEN, by: -51 }]);
    assert!(leaning(rule, &same, &wounded));
}

#[test]
fn obeys_until_council_does_as_the_bearer_does() {
    let guest = || vera_who(20, &["obeys until council"]);
    assert_eq!(
        leans(tasting(guest()), Some("wait")).as_deref(),
        Some("wait")
    );
    let world = tasting(guest()).quest(|quest| {
        way(&mut quest.scenes[0], "sing").great = true;
        let yard = &mut quest.scenes[1];
        way(yard, "wait").tags = vec![Tag::Courage];
        way(yard, "sing").tags = vec![Tag::Mercy];
    });
    let mut party = Party::in_hall(world, 1);
    party.all_choose("sing");
    party.chooses(BEN, "wait").unwrap();
    let leaning = party.view(ANNA).companions.remove(0).leans_to;
    assert_eq!(leaning, OptionId::parse("sing"));
}

#[test]
fn two_companions_never_outvote_a_lone_player() {
    let mut world = tasting(vera(50));
    let mut other = vera(50);
    other.id = id!(CompanionId, "wim");
    world.companions.push(other);
    let mut party = Party::in_hall(world, 0);
    assert_eq!(done(&party.all_choose("wait")), [("wait", vec![ANNA])]);
}

/// How Vera's hand fared at the pocket in the hall.
fn acted(guest: game::content::Companion, fallen: u32) -> (Vec<OutcomeKind>, Vec<Event>) {
    let is = |thrown| thrown == fallen;
    let throws = [falls(Purpose::Quiet, 32, &is)];
    let mut party = Party::rigged(tale().guest(guest), 1, &throws);
    let events = party.all_choose("wait");
    let kinds = events.iter().filter_map(|event| match event {
        Event::QuietDone(deed) => Some(deed.kind),
        _ => None,
    });
    (kinds.collect(), events)
}

#[test]
fn acts_does_an_open_quiet_way_by_its_own_hand() {
    assert_eq!(
        acted(vera_who(50, &["acts theft"]), 50).0,
        [OutcomeKind::Success]
    );
    assert!(acted(vera_who(50, &["acts mercy"]), 50).0.is_empty());
    assert!(
        acted(vera_who(30, &["acts theft if approval < 30"]), 50)
            .0
            .is_empty()
    );
    assert_eq!(
        acted(vera_who(29, &["acts theft if approval < 30"]), 50)
            .0
            .len(),
        1
    );
    assert!(
        acted(vera_who(50, &["acts theft if council"]), 50)
            .0
            .is_empty()
    );
}

#[test]
fn a_companion_that_is_caught_costs_no_trust_and_likes_the_party_less() {
    let (kinds, events) = acted(vera_who(50, &["acts theft"]), 86);
    assert_eq!(kinds, [OutcomeKind::Disaster]);
    assert_eq!(exposed(&events).len(), 1);
    let moved = events.iter().find_map(|event| match event {
        Event::ApprovalMoved(moved) if moved.why == ApprovalReason::Exposed => Some(moved.by),
        _ => None,
    });
    assert_eq!(moved, Some(-15));
    assert!(crate::happened::trust_moves(&events).is_empty());
}

/// Whether Vera leaves after the party sang in the hall.
fn leaves(guest: game::content::Companion, prepare: &dyn Fn(&mut Party)) -> bool {
    let world = tale().guest(guest).way("sing", |sing| {
        sing.tags = vec![Tag::Caging];
    });
    let mut party = Party::in_hall(world, 1);
    prepare(&mut party);
    let events = party.all_choose("sing");
    let left = |event: &Event| matches!(event, Event::CompanionLeft { .. });
    events.iter().any(left)
}

#[test]
fn a_companion_leaves_as_its_sheet_says() {
    let unmoved = |_: &mut Party| ();
    assert!(leaves(vera(14), &unmoved));
    assert!(!leaves(vera(15), &unmoved));
    let rules: [(&str, bool); 5] = [
        ("leaves if approval < 51", true),
        ("leaves if approval < 50", false),
        ("leaves if trust < 51", true),
        ("leaves if trust < 50", false),
        ("leaves if done caging >= 1", true),
    ];
    for (rule, gone) in rules {
        assert_eq!(leaves(vera_who(50, &[rule]), &unmoved), gone, "{rule}");
    }
    assert!(!leaves(
        vera_who(50, &["leaves if done caging >= 2"]),
        &unmoved
    ));
}

#[test]
fn where_trust_is_breaking_a_companion_leaves() {
    assert!(leaves(vera(90), &|party| party.trusts(5)));
}

#[test]
fn a_deed_moves_approval_by_the_patrons_taste_and_its_trigger_by_twenty() {
    let mut guest = vera(50);
    guest.trigger = Tag::Mercy;
    let mut party = Party::in_hall(tasting(guest), 1);
    let events = party.all_choose("sing");
    let moves = events.iter().filter_map(|event| match event {
        Event::ApprovalMoved(moved) => Some((moved.by, moved.why)),
        _ => None,
    });
    let moves: Vec<_> = moves.collect();
    assert_eq!(
        moves,
        [(4, ApprovalReason::Taste), (-20, ApprovalReason::Trigger)]
    );
}

#[test]
fn quiet_deeds_move_no_approval() {
    let low = |fallen: u32| fallen <= 50;
    let mut guest = vera(50);
    guest.trigger = Tag::Theft;
    let throws = [falls(Purpose::Quiet, 1, &low)];
    let mut party = Party::rigged(tale().guest(guest), 1, &throws);
    party.acts(ANNA, "pocket").unwrap();
    let events = party.all_choose("wait");
    let moved = |event: &Event| matches!(event, Event::ApprovalMoved(_));
    assert!(!events.iter().any(moved));
}

#[test]
fn a_companions_private_mark_is_its_own() {
    let world = tale().guest(vera_who(50, &["acts theft"]));
    let world = world.way("pocket", |pocket| {
        pocket.success.as_mut().unwrap().gives = Mark::parse("pin");
    });
    let low = |fallen: u32| fallen <= 50;
    let mut party = Party::rigged(world, 1, &[falls(Purpose::Quiet, 32, &low)]);
    let events = party.all_choose("wait");
    assert!(events.contains(&Event::MarkCarried {
        who: Character::Companion(id!(CompanionId, "vera")),
        mark: id!(Mark, "pin")
    }));
    assert!(party.table.seats()[&ANNA].carried.is_empty());
}
