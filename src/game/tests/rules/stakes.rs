//! Stakes: how they are dealt, and by what each of the twenty-four is met.

mod dealt;
mod first_four;
mod last_four;
mod past;
