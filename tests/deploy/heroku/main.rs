//! What is written for `heroku`, tried.
