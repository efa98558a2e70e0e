//! A journal in DynamoDB keeps the contract, whatever the service answers and whatever is lost on the way.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod contract;
mod costs;
mod faults;
mod lost;
mod place;
mod records;
mod refusals;
mod withholding;
