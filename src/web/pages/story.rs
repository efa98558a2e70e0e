//! The page of a told story, for those who did not play it.

use std::ops::Deref;

use askama::Template;
use game::{Sense, Skill, Stage};

use super::Main;
use super::format::{
    AftermathSummary, RollChance, RollMark, SignedNumber, Slug, VoteCount, VoteStroke,
};
use super::opened::{LieEnd, OpenedSecret};
use super::outcome::{CouncilArc, OutcomeMerge};
use super::words::{Describe, Named, Said, Word};
use crate::say;

/// The page of a told story. Its templates are those of the Chronicle.
#[derive(Debug, Template)]
#[template(path = "story.html")]
pub struct StoryPage<'a> {
    /// The public address, for what is shown where the link is posted.
    pub base_url: &'a str,
    /// The table as the readers of its story see it.
    pub told: Main<'a>,
}

impl<'a> Deref for StoryPage<'a> {
    type Target = Main<'a>;

    fn deref(&self) -> &Self::Target {
        &self.told
    }
}
