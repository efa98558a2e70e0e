//! What is written for Heroku: the files it reads, and every command of the guide.
//!
//! The CLI is Heroku's own, and so is the schema of `app.json`. Heroku itself is [`account`]: an imitation of the
//! part of its API that the guide's commands use, with a bare repository to push to.

mod account;
mod api;
mod clone;
mod data;
mod slug;

mod descriptors;
mod dyno;
mod guide;
