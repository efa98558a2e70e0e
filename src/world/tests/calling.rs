//! The classes the gods give.
#[test]
fn the_embedded_world_is_readable() {
    let world = world::library().unwrap();
    assert_eq!(
        (world.gods.len(), world.classes.len(), world.quests.len()),
        (8, 12, 1)
    );
    assert!(world.quests.values().next().unwrap().scenes.len() >= 10);
}
