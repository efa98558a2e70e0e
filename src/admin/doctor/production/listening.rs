//! Which ports of this machine take connections from others, as its kernel lists them.

use std::collections::BTreeSet;
use std::fs;

use super::unseen;
use crate::ProductionFacts;
use crate::doctor::diagnosis::Diagnosis;

/// Ports that strangers are to reach: SSH, and the proxy.
const PUBLIC: [u16; 3] = [22, 80, 443];

/// Looks at the list of the kernel.
pub(super) fn look(facts: &ProductionFacts) -> Diagnosis {
    const NAME: &str = "ports open";
    if facts.is_in_container {
        return unseen(
            NAME,
            "the ports of a container are published by whoever starts it; `docker compose ps` lists them, and only the \
             proxy's 80 and 443 are to be there",
        );
    }
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
    let open: BTreeSet<u16> = tables
        .iter()
        .flatten()
        .flat_map(|table| table.lines())
        .filter_map(listens_beyond)
        .collect();
    if tables.iter().all(Result::is_err) {
        return unseen(NAME, "this system does not list them in /proc/net/tcp");
    }
    let own = [Some(facts.port), facts.metrics_port, facts.admin_port];
    let unwanted: Vec<String> = open
        .iter()
        .filter(|port| !PUBLIC.contains(port))
        .map(|port| {
            let is_own = own.contains(&Some(*port));
            format!("{port}{}", if is_own { " (this server)" } else { "" })
        })
        .collect();
    if unwanted.is_empty() {
        let found = "none takes connections from other machines but 22, 80 and 443";
        return Diagnosis::fine(NAME, found);
    }
    Diagnosis::warning(
        NAME,
        format!(
            "these take connections from other machines, unless a firewall stops them: {}",
            unwanted.join(", ")
        ),
        "set HOST=127.0.0.1 where a proxy on this machine is in front, bind databases to 127.0.0.1, and close the others",
    )
}

/// Returns the port of a line of the kernel's list that listens on an address other machines reach.
fn listens_beyond(line: &str) -> Option<u16> {
    let mut fields = line.split_whitespace();
    let (address, port) = fields.nth(1)?.split_once(':')?;
    let (_remote, state) = (fields.next()?, fields.next()?);
    let listens = state == "0A";
    // 127.0.0.0/8 and ::1, each word in the order of a little-endian machine.
    let is_fourth = address.len() == 8 || address.starts_with("0000000000000000FFFF0000");
    let is_loopback = if is_fourth {
        address.ends_with("7F")
    } else {
        address == "00000000000000000000000001000000"
    };
    (listens && !is_loopback)
        .then(|| u16::from_str_radix(port, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_listens_beyond_this_machine_is_found() {
        for (line, port) in [
            (
                "   0: 00000000:1388 00000000:0000 0A 00000000:00000000",
                Some(5_000),
            ),
            (
                "   0: 0100007F:1388 00000000:0000 0A 00000000:00000000",
                None,
            ),
            (
                "   0: 00000000:1388 0100007F:9C40 01 00000000:00000000",
                None,
            ),
            (
                "   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0",
                Some(80),
            ),
            (
                "   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0",
                None,
            ),
            ("  sl  local_address rem_address   st tx_queue", None),
        ] {
            assert_eq!(listens_beyond(line), port, "{line}");
        }
    }
}
