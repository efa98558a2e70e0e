//! What is measured, and how much of it.

/// The arguments of the bench.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether each figure is printed as one line of JSON.
    pub(crate) json: bool,
    /// Whether the journals of [`Group::Sizes`] hold a million ended tables.
    pub(crate) large: bool,
    /// Rounds of which the best is taken.
    pub(crate) rounds: u64,
    /// Seconds for which commands are counted.
    pub(crate) seconds: u64,
    /// Tables at which bots play.
    pub(crate) tables: u64,
    /// Streams held open, in the larger of two measurements.
    pub(crate) streams: u64,
    /// Another program to measure in place of the one that was built with the bench.
    pub(crate) server: Option<String>,
    /// Megabytes of records in the larger of the journals that are restored.
    pub(crate) megabytes: u64,
    only: Vec<Group>,
}

/// One subject of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// How soon a server is ready.
    Start,
    /// CPU of the server for one request of each kind.
    Cpu,
    /// Commands a second, and how soon they are acknowledged and shown.
    Load,
    /// The same requests beside many tables.
    Sizes,
    /// Memory of streams, and after a storm of them.
    Memory,
    /// Bytes that a seat receives.
    Bytes,
    /// Playing with a replica.
    Replica,
    /// Coming back from one.
    Restore,
    /// The rules alone.
    Rules,
}

impl Options {
    /// Reads the arguments.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut options = Self {
            json: false,
            large: false,
            rounds: 3,
            seconds: 10,
            tables: 64,
            streams: 10_000,
            megabytes: 100,
            server: None,
            only: Vec::new(),
        };
        // Cargo says that this is a bench.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            match name.as_str() {
                "--json" => options.json = true,
                "--large" => options.large = true,
                _ => options.set(&name, &arguments.next().unwrap_or_default()),
            }
        }
        options
    }

    /// Whether a group is asked for. All are if none is named.
    pub(crate) fn has(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }

    fn set(&mut self, name: &str, value: &str) {
        let place = match name {
            "--only" => return self.only.push(Group::read(value)),
            "--server" => return self.server = Some(value.to_owned()),
            "--rounds" => &mut self.rounds,
            "--seconds" => &mut self.seconds,
            "--tables" => &mut self.tables,
            "--streams" => &mut self.streams,
            "--megabytes" => &mut self.megabytes,
            _ => panic!(
                "{name} is none of --only, --json, --large, --rounds, --seconds, --server, --streams, --tables and --megabytes"
            ),
        };
        *place = value
            .parse()
            .unwrap_or_else(|_| panic!("{name} wants a whole number"));
    }
}

impl Group {
    fn read(name: &str) -> Self {
        match name {
            "start" => Self::Start,
            "cpu" => Self::Cpu,
            "load" => Self::Load,
            "sizes" => Self::Sizes,
            "memory" => Self::Memory,
            "bytes" => Self::Bytes,
            "replica" => Self::Replica,
            "restore" => Self::Restore,
            "rules" => Self::Rules,
            _ => panic!(
                "--only wants start, cpu, load, sizes, memory, bytes, replica, restore or rules"
            ),
        }
    }
}
