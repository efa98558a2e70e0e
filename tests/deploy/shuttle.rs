//! What is written for the Shuttle runtime: the guide's commands, and the files that its CLI reads.

mod guide;
