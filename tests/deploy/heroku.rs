//! What is written for Heroku: the files it reads, and every command of the guide.
//!
//! The CLI is Heroku's own, and so is the schema of `app.json`. Heroku itself is [`api`]: what the guide's commands
//! must hear of its API, with a bare repository to push to.

mod api;
mod clone;
mod slug;

mod dyno;
mod files;
mod guide;
