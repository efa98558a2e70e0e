//! What is written for other programs: the image's recipe, compose files, manifests, templates, scripts and guides.
//!
//! Each guide's commands are run as they are written, with the provider's own command line. What cannot be heard from
//! that, that numbers and names in different files fit each other, is the page of [`promises`].

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod promises;

mod compose;

mod proxies;

mod systemd;

mod k8s;

mod heroku;

mod amazon;

mod ecs;

mod lambda;

mod cloudrun;

mod shuttle;

mod release;
