//! The real servers that tests start.
//!
//! [`S3`] is one of two object stores that know nothing of each other; beside them a [`Postgres`] and [`Redis`]
//! in each of its shapes. Each server has ports of its own on 127.0.0.1 and a folder of its own, answers before
//! a test sees it, can be stopped and started again over what it keeps, and ends with the test, however that
//! ends. `tests/install.sh` installs the programs.

mod postgres;
mod process;
mod programs;
mod redis;
mod s3;

pub use postgres::Postgres;
pub use programs::program;
pub use redis::{Redis, RedisCluster, RedisSentinels};
pub use s3::S3;
