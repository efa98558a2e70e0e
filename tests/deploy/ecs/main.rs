//! What is written for `ecs`, tried.
