//! What the words of a scene say of its place, its hour and its weather.

use game::content::Mood;

use super::palette::Hour;

/// What is written about a picture.
#[derive(Clone, Copy, Debug)]
pub struct PlateWords<'a> {
    /// What tells it from every other: the ids of its quest and its scene.
    pub name: &'a str,
    /// The mood of its scene.
    pub mood: Mood,
    /// Where it is, in a few words.
    pub place: &'a str,
    /// The title of its scene.
    pub title: &'a str,
    /// What everybody reads.
    pub prose: &'a str,
}

/// The kind of place a picture is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceKind {
    /// A room somebody lives in.
    Room,
    /// A great room with a roof of timber.
    Hall,
    /// Stone below the ground.
    Vault,
    /// A stair that winds up a tower.
    Stair,
    /// Behind the face of a clock.
    ClockRoom,
    /// Under a bell.
    Belfry,
    /// Inside the glass of a lighthouse.
    LampRoom,
    /// Outside the glass of a lighthouse, high over the land.
    Gallery,
    /// Under the arch before a door.
    Porch,
    /// Inside a coach on its way.
    Coach,
    /// At a river.
    River,
    /// Where land and sea meet.
    Sea,
    /// Between houses.
    Street,
    /// Fields, roads, yards, woods.
    Land,
    /// Land under water.
    Marsh,
}

/// Which words of a place mean which setting; the first that is found decides.
const SETTINGS: [(&str, PlaceKind); 59] = [
    ("front hall", PlaceKind::Room),
    ("rail", PlaceKind::Gallery),
    ("gallery", PlaceKind::Gallery),
    ("lamp room", PlaceKind::LampRoom),
    ("tower stair", PlaceKind::Stair),
    ("stair", PlaceKind::Stair),
    ("clock", PlaceKind::ClockRoom),
    ("belfry", PlaceKind::Belfry),
    ("bell", PlaceKind::Belfry),
    ("lock up", PlaceKind::Vault),
    ("dock", PlaceKind::Vault),
    ("cellar", PlaceKind::Vault),
    ("cistern", PlaceKind::Vault),
    ("crypt", PlaceKind::Vault),
    ("vault", PlaceKind::Vault),
    ("cave", PlaceKind::Vault),
    ("mine", PlaceKind::Vault),
    ("tunnel", PlaceKind::Vault),
    ("shed", PlaceKind::Vault),
    ("porch", PlaceKind::Porch),
    ("cloister", PlaceKind::Porch),
    ("coach", PlaceKind::Coach),
    ("carriage", PlaceKind::Coach),
    ("drowned", PlaceKind::Marsh),
    ("marsh", PlaceKind::Marsh),
    ("fen", PlaceKind::Marsh),
    ("bog", PlaceKind::Marsh),
    ("arch", PlaceKind::River),
    ("bridge", PlaceKind::River),
    ("river", PlaceKind::River),
    ("ferry", PlaceKind::River),
    ("weir", PlaceKind::River),
    ("mill", PlaceKind::River),
    ("slip", PlaceKind::Sea),
    ("sea", PlaceKind::Sea),
    ("shore", PlaceKind::Sea),
    ("beach", PlaceKind::Sea),
    ("harbour", PlaceKind::Sea),
    ("quay", PlaceKind::Sea),
    ("ship", PlaceKind::Sea),
    ("square", PlaceKind::Street),
    ("market", PlaceKind::Street),
    ("street", PlaceKind::Street),
    ("lane", PlaceKind::Street),
    ("road", PlaceKind::Land),
    ("field", PlaceKind::Land),
    ("yard", PlaceKind::Land),
    ("doorstep", PlaceKind::Land),
    ("garden", PlaceKind::Land),
    ("orchard", PlaceKind::Land),
    ("wood", PlaceKind::Land),
    ("forest", PlaceKind::Land),
    ("hill", PlaceKind::Land),
    ("moor", PlaceKind::Land),
    ("court", PlaceKind::Hall),
    ("hall", PlaceKind::Hall),
    ("guildhall", PlaceKind::Hall),
    ("church", PlaceKind::Hall),
    ("theatre", PlaceKind::Hall),
];

impl PlaceKind {
    /// The setting that a place names. Rooms have too many names to list.
    pub(super) fn of(words: &PlateWords<'_>) -> Self {
        let named = if words.place.is_empty() {
            words.title
        } else {
            words.place
        };
        let split = named.split(|letter: char| !letter.is_alphabetic());
        let named: String = split
            .flat_map(|word| [" ".to_owned(), word.to_lowercase()])
            .collect();
        let says = |word: &str| {
            let one = format!(" {word}");
            named.ends_with(&one)
                || [" ", "s ", "es "]
                    .iter()
                    .any(|end| named.contains(&format!("{one}{end}")))
                || named.ends_with(&format!("{one}s"))
                || named.ends_with(&format!("{one}es"))
        };
        let known = SETTINGS.iter().find(|(word, _)| says(word));
        known.map_or(Self::Room, |(_, setting)| *setting)
    }

    /// Whether the sky is over it.
    pub(super) fn is_open(self) -> bool {
        matches!(
            self,
            Self::Gallery | Self::River | Self::Sea | Self::Street | Self::Land | Self::Marsh
        )
    }
}

/// What falls or drifts over a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weather {
    /// Nothing falls.
    Clear,
    /// Slanting lines of rain.
    Rain,
    /// Banks of fog.
    Fog,
    /// Snow, frost.
    Snow,
}

/// Finds the hour that the words speak of; the mood knows when they are silent.
pub(super) fn hour_of(words: &PlateWords<'_>) -> Hour {
    let hours: [(&[&str], Hour); 4] = [
        (&["dawn", "daybreak", "sunrise"], Hour::Dawn),
        (&["dusk", "evening", "sunset"], Hour::Dusk),
        (
            &[
                "night",
                "midnight",
                "moon",
                "moonlit",
                "stars",
                "dark",
                "candle",
                "candlelight",
                "thirteen",
                "asleep",
                "lantern",
                "belfry",
                "clock",
                "guildhall",
            ],
            Hour::Night,
        ),
        (&["noon", "sun", "morning", "court", "recorder"], Hour::Day),
    ];
    for (text, _) in texts(words) {
        let said = |known: &&(&[&str], Hour)| {
            let mut words = text.split(|letter: char| !letter.is_alphabetic());
            words.any(|word| known.0.contains(&word.to_lowercase().as_str()))
        };
        if let Some((_, hour)) = hours.iter().find(said) {
            return *hour;
        }
    }
    match words.mood {
        Mood::Calm | Mood::Bright => Hour::Day,
        Mood::Uneasy => Hour::Dusk,
        Mood::Grim | Mood::Wild | Mood::Solemn => Hour::Night,
    }
}

/// Finds the weather that the words speak of.
pub(super) fn weather_of(words: &PlateWords<'_>) -> Weather {
    let found = |known: &[&str]| speaks_of(words, known);
    if found(&["rain", "umbrella", "soaked", "storm"]) {
        Weather::Rain
    } else if found(&["fog", "mist", "smoke"]) {
        Weather::Fog
    } else if found(&["snow", "frost", "ice"]) {
        Weather::Snow
    } else {
        Weather::Clear
    }
}

/// The words of a scene in small letters, the place's first, then the title's, then the prose's, each with whether it is
/// the place's.
pub(super) fn tokens<'a>(words: &PlateWords<'a>) -> impl Iterator<Item = (String, bool)> + use<'a> {
    texts(words).into_iter().flat_map(|(text, is_place)| {
        let split = text.split(|letter: char| !letter.is_alphabetic());
        let words = split.filter(|word| word.len() > 1);
        words.map(move |word| (word.to_lowercase(), is_place))
    })
}

/// The texts of a scene, the shortest first, each with whether it is the place's.
fn texts<'a>(words: &PlateWords<'a>) -> [(&'a str, bool); 3] {
    [
        (words.place, true),
        (words.title, false),
        (words.prose, false),
    ]
}

/// Whether any of these is among the words of a scene.
pub(super) fn speaks_of(words: &PlateWords<'_>, known: &[&str]) -> bool {
    tokens(words).any(|(word, _)| known.contains(&word.as_str()))
}
