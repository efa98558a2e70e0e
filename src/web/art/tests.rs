//! Drawings, as pages use them.

use askama::Template;

/// A page that uses every drawing there is a macro for.
#[derive(Template)]
#[template(
    source = "{% import \"art.html\" as art %}{% call art::sigil(\"die\") %}{% endcall %}{% call art::great_sigil(\"god-athena\") %}{% endcall %}{% call art::plate(quest, scene) %}{% endcall %}{% call art::ending_plate(quest, scene) %}{% endcall %}{% call art::front_plate() %}{% endcall %}{% for seat in seats %}{% call art::coin(seat, \"ready\") %}{% endcall %}{% endfor %}",
    ext = "html"
)]
struct DrawingsPage<'a> {
    quest: &'a str,
    scene: &'a str,
    seats: [SittingPlayer; 2],
}

/// What a coin needs of a seat.
struct SittingPlayer {
    seat: u8,
    name: String,
    class: Option<String>,
}

#[test]
fn a_drawing_says_nothing_to_those_who_hear_the_page() {
    let seats = [None, Some("Dragon Knight".to_owned())].map(|class| SittingPlayer {
        seat: 1,
        name: "Anna".to_owned(),
        class,
    });
    let page = DrawingsPage {
        quest: "The Inland Light",
        scene: "The Bad Hour",
        seats,
    };
    let page = page.render().unwrap();
    assert_eq!(page.matches("aria-hidden=\"true\"").count(), 5, "{page}");
    assert_eq!(page.matches(" alt=\"\"").count(), 3, "{page}");
    assert_eq!(
        page.matches("/the-inland-light/the-bad-hour.svg").count(),
        2,
        "{page}"
    );
    assert!(page.contains("/sigils.svg#god-athena"), "{page}");
    assert!(page.contains("/sigils.svg#class-dragon-knight"), "{page}");
    assert!(page.contains(">A</span>"), "{page}");
}
