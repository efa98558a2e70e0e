//! Prints a page with every drawing there is: `cargo run -p web --example contact_sheet > sheet.html`, and look.

use std::error::Error;
use std::io::{self, Write as _};

use web::art::{ending_picture, front_plate, scene_picture};
use web::pages::ASSETS;

const STYLE: &str = "body{margin:0;font:12px sans-serif}section{display:flex;flex-wrap:wrap;gap:12px;padding:12px}\
.dark{background:#14100c;color:#e0b65c}.vellum{background:#efe4cd;color:#2a2016}figure{margin:0}figcaption{padding:4px}\
.sigil{fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}.plate svg{width:600px}";

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let sprite = ASSETS.iter().find(|asset| asset.name == "sigils.svg");
    let sprite = std::str::from_utf8(sprite.ok_or("no sprite")?.bytes)?;
    let hidden = sprite.replacen("<svg ", "<svg width=\"0\" height=\"0\" ", 1);
    writeln!(
        out,
        "<!DOCTYPE html><meta charset=\"utf-8\"><style>{STYLE}</style>{hidden}"
    )?;
    let names = sprite.split("<symbol id=\"").skip(1);
    let names: Vec<&str> = names.filter_map(|rest| rest.split('"').next()).collect();
    for theme in ["dark", "vellum"] {
        writeln!(out, "<section class=\"{theme}\">")?;
        for name in &names {
            writeln!(out, "<figure>")?;
            for size in [20, 48, 200] {
                writeln!(
                    out,
                    "<svg class=\"sigil\" width=\"{size}\" height=\"{size}\"><use href=\"#{name}\"/></svg>"
                )?;
            }
            writeln!(out, "<figcaption>{name}</figcaption></figure>")?;
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "<section class=\"dark\">")?;
    show(&mut out, "front", &front_plate())?;
    for quest in world::library()?.quests.values() {
        for scene in &quest.scenes {
            let name = format!("{}/{}", quest.id, scene.id);
            show(&mut out, &name, &scene_picture(quest, scene))?;
        }
        for ending in &quest.endings {
            let name = format!("{}/{}", quest.id, ending.id);
            show(&mut out, &name, &ending_picture(quest, ending))?;
        }
    }
    writeln!(out, "</section>")?;
    Ok(())
}

/// One picture in a document of its own, because its gradients have the names that all have.
fn show(out: &mut impl io::Write, name: &str, plate: &str) -> io::Result<()> {
    let plate = plate
        .replace('%', "%25")
        .replace('#', "%23")
        .replace('"', "'");
    writeln!(
        out,
        "<figure class=\"plate\"><img width=\"600\" height=\"200\" src=\"data:image/svg+xml,{plate}\"><figcaption>{name}</figcaption></figure>"
    )
}
