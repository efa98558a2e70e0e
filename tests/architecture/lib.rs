//! Nothing: the tests of the workspace itself need no server, and stand in a crate that builds at once.
