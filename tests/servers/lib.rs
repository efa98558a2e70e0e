//! The real servers that tests start: object stores, databases, `DynamoDB`, Redis, nginx,
//! Prometheus.
//!
//! [`S3`] is one of two object stores that know nothing of each other; beside them a [`Postgres`], a [`Redis`]
//! in each of its shapes, an [`Nginx`] before instances, and a [`Prometheus`] that scrapes them. Each server has ports of its own on 127.0.0.1 and a
//! folder of its own, answers before a test sees it, and ends with the test, however that ends. What keeps
//! something can be stopped and started again over it. `tests/install.sh` installs the programs. Google's object
//! store cannot be installed: [`Gcs`] plays it, in the test's own process. Nor can Amazon's `DynamoDB`: [`DynamoDb`] is one
//! of two servers that speak as it does, and a [`DynamoProxy`] before it makes the faults that they do not. [`built`] finds
//! the project's own programs.

mod building;
mod dynamodb;
mod gcs;
mod nginx;
mod ports;
mod postgres;
mod process;
mod programs;
mod prometheus;
mod redis;
mod s3;

pub use building::built;
pub use dynamodb::{DynamoCounts, DynamoDb, DynamoFault, DynamoProxy};
pub use gcs::{Gcs, Mood as GcsMood};
pub use nginx::Nginx;
pub use ports::free_port;
pub use postgres::Postgres;
pub use programs::program;
pub use prometheus::{Prometheus, promtool};
pub use redis::{Redis, RedisCluster, RedisSentinels};
pub use s3::S3;
