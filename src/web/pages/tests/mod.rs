//! Claims about the pages.

mod play;

use crate::pages::*;
use game::TimeLimit;
use play::{played, rendered};

#[test]
fn dump() {
    let dir = std::path::Path::new("/tmp/pages");
    std::fs::create_dir_all(dir).unwrap();
    let played = played(
        &["Maren", "Öyvind the Tall-Standing", "Ada"],
        TimeLimit::ThreeMinutes,
    );
    let solo = play::played(&["Maren"], TimeLimit::Off);
    let write = |name: &str, page: String| {
        std::fs::write(
            dir.join(format!("{name}.html")),
            page.replace("/assets/", ""),
        )
        .unwrap()
    };
    for (prefix, played) in [("", &played), ("solo-", &solo)] {
        for (name, view) in &played.seen {
            let (page, _) = rendered(view);
            write(&format!("{prefix}{name}"), page);
        }
    }
    let ids = || CommandIds::new("0123456789abcdef");
    write(
        "home",
        Home {
            name: "",
            limit: TimeLimit::Off,
            code: "",
            problem: None,
            ids: ids(),
        }
        .render()
        .unwrap(),
    );
    write("home-problem", Home { name: "", limit: TimeLimit::Off, code: "ABC", problem: Some("No table answers to that code. Codes have six letters and digits, without 0, O, 1 and I."), ids: ids() }.render().unwrap());
    write(
        "join",
        Join {
            code: "K7M2QX",
            seated: &["Maren".into(), "Ada".into()],
            name: "",
            problem: None,
            ids: ids(),
        }
        .render()
        .unwrap(),
    );
    write(
        "return",
        Return {
            code: "",
            problem: None,
        }
        .render()
        .unwrap(),
    );
    write(
        "fault",
        Fault {
            title: "Not Found",
            sentence: "There is no such page here.",
            advice: "Nothing you did before is lost.",
            back: "/",
            back_label: "To the front door",
        }
        .render()
        .unwrap(),
    );
}
