//! What is measured, and how much of it.

/// How much is measured.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    /// Seconds commands are counted for.
    pub(crate) seconds: u64,
    /// Tables at which bots play.
    pub(crate) tables: u64,
    /// Streams that are held open.
    pub(crate) streams: u64,
    /// Megabytes of records in the larger of the journals that are restored.
    pub(crate) megabytes: u64,
    only: Vec<Part>,
}

/// One subject of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The server alone.
    Server,
    /// Playing with a replica.
    Replica,
    /// Coming back from one.
    Restore,
    /// One instance against three.
    Instances,
}

impl Extent {
    /// Reads the arguments of the bench.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut extent = Self {
            seconds: 20,
            tables: 64,
            streams: 2_000,
            megabytes: 100,
            only: Vec::new(),
        };
        // Cargo says that this is a bench.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_default();
            if name == "--only" {
                extent.only.push(Part::read(&value));
                continue;
            }
            let place = match name.as_str() {
                "--seconds" => &mut extent.seconds,
                "--tables" => &mut extent.tables,
                "--streams" => &mut extent.streams,
                "--megabytes" => &mut extent.megabytes,
                _ => panic!(
                    "{name} is none of --only, --seconds, --tables, --streams and --megabytes"
                ),
            };
            *place = value
                .parse()
                .unwrap_or_else(|_| panic!("{name} wants a whole number"));
        }
        extent
    }

    /// Whether a part is asked for. All are if none is named.
    pub(crate) fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

impl Part {
    fn read(name: &str) -> Self {
        match name {
            "server" => Self::Server,
            "replica" => Self::Replica,
            "restore" => Self::Restore,
            "instances" => Self::Instances,
            _ => panic!("--only wants server, replica, restore or instances"),
        }
    }
}
