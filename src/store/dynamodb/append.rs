//! The append of a commit: one transaction, and what its refusal means.

use dynamo::{CancelCause, CancelReason, DynamoError};
use game::{CommandId, TableId, Version};

use super::DynamoStore;
use super::append_transaction::{AppendTransaction, COMMAND, HEAD, LED_TO};
use super::errors::unavailable;
use super::items::{Item, ItemReader};
use super::keys::ItemKey;
use super::stand::HeadItem;
use crate::{AppendOutcome, NewCommit, OpenerTag, StoreError, Withholding};

/// What an append does beside the usual.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AppendTerms<'a> {
    /// What the commit withholds of the records before it.
    pub(super) withholding: Option<&'a Withholding>,
    /// The number of openings that must still be true, if the commit is one.
    pub(super) admission: Option<u64>,
    /// Who opens the table.
    pub(super) opener: Option<OpenerTag>,
}

/// Why an append was not made, beside what every caller hears of.
#[derive(Debug)]
pub(super) enum AppendError {
    /// Another opening came first. The number of openings is now this, if it was told.
    Overtaken(Option<u64>),
    /// What every caller hears of.
    Store(StoreError),
}

impl From<StoreError> for AppendError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The place of an append in the order of versions.
enum AppendPlace {
    /// It follows this stand; none if it is the first of its table.
    After(Option<HeadItem>),
    /// Its command led to this version already.
    Known(Version),
    /// The table stands elsewhere.
    Elsewhere,
}

impl DynamoStore {
    /// Appends a commit that is no opening under a limit.
    pub(super) async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: &NewCommit,
        terms: AppendTerms<'_>,
    ) -> Result<AppendOutcome, StoreError> {
        let appended = self.append_under(table, expected, commit, terms).await;
        appended.map_err(|error| match error {
            AppendError::Store(error) => error,
            AppendError::Overtaken(_) => unavailable("an opening came between"),
        })
    }

    /// Appends a commit.
    pub(super) async fn append_under(
        &self,
        table: &TableId,
        expected: Version,
        commit: &NewCommit,
        terms: AppendTerms<'_>,
    ) -> Result<AppendOutcome, AppendError> {
        let before = match self.place(table, expected, &commit.command_id).await? {
            AppendPlace::After(before) => before,
            AppendPlace::Known(version) => return Ok(self.repeated(table, version).await?),
            AppendPlace::Elsewhere => return Err(StoreError::Conflict { expected }.into()),
        };
        let append = AppendTransaction::new(table, before.as_ref(), commit, terms)?;
        let sent = self.transact(append.writes.clone(), &append.token).await;
        match sent {
            Ok(()) => {
                let reached = append.after.version;
                self.stands.put(table, append.after);
                Ok(AppendOutcome::Appended(reached))
            }
            Err(DynamoError::Canceled(reasons)) => {
                self.refused(&append, table, expected, commit, &reasons)
                    .await
            }
            Err(error) => Err(self.judge(error).into()),
        }
    }

    /// Finds where an append belongs: from memory if that is where it is expected to, otherwise by one read.
    async fn place(
        &self,
        table: &TableId,
        expected: Version,
        command: &CommandId,
    ) -> Result<AppendPlace, StoreError> {
        match self.stands.get(table) {
            Some(stand) if stand.version == expected => return Ok(AppendPlace::After(Some(stand))),
            // Almost always a table that nobody has opened.
            None if expected == Version(0) => return Ok(AppendPlace::After(None)),
            Some(_) | None => {}
        }
        let (head, command) = (ItemKey::head(table), ItemKey::command(table, command));
        let mut stand = None;
        for item in self.items(&[head.clone(), command.clone()]).await? {
            if ItemReader(&item).text(dynamo::schema::SORT_KEY)? == command.sort {
                return Ok(AppendPlace::Known(led_to(&item)?));
            }
            stand = Some(HeadItem::read(&item)?);
        }
        self.remember(table, stand.as_ref());
        let reached = stand.as_ref().map_or(Version(0), |stand| stand.version);
        if reached == expected {
            return Ok(AppendPlace::After(stand));
        }
        Ok(AppendPlace::Elsewhere)
    }

    /// Says why a transaction was canceled.
    async fn refused(
        &self,
        append: &AppendTransaction,
        table: &TableId,
        expected: Version,
        commit: &NewCommit,
        reasons: &[CancelReason],
    ) -> Result<AppendOutcome, AppendError> {
        if reasons.len() != append.writes.len() {
            let why = format!("a canceled transaction has other reasons: {reasons:?}");
            return Err(unavailable(why).into());
        }
        let failed = |at: Option<usize>| {
            let reason = at.and_then(|at| reasons.get(at));
            reason.filter(|reason| reason.cause == CancelCause::ConditionFailed)
        };
        if let Some(known) = failed(Some(COMMAND)) {
            let version = match &known.item {
                Some(item) => Some(led_to(item)?),
                None => self.version_of_command(table, &commit.command_id).await?,
            };
            return match version {
                Some(version) => Ok(self.repeated(table, version).await?),
                // It was withheld in the meantime.
                None => Err(StoreError::Conflict { expected }.into()),
            };
        }
        if let Some(moved) = failed(Some(HEAD)) {
            let stand = moved.item.as_ref().map(HeadItem::read).transpose()?;
            // What was remembered is not true, also where it is newer.
            self.stands.forget(table);
            self.remember(table, stand.as_ref());
            // Somebody may have the command in hand: then it is the same, which is a repeat.
            let is_checked = reasons[COMMAND].cause == CancelCause::Nothing;
            if !is_checked
                && let Some(version) = self.version_of_command(table, &commit.command_id).await?
            {
                return Ok(self.repeated(table, version).await?);
            }
            return Err(StoreError::Conflict { expected }.into());
        }
        if failed(append.places.code).is_some() {
            let code = commit.index.code.clone();
            return Err(StoreError::CodeTaken { code }.into());
        }
        if let Some(overtaken) = failed(append.places.admission) {
            let seen = overtaken.item.as_ref().map(super::admission::number_of);
            return Err(AppendError::Overtaken(seen.transpose()?));
        }
        // What is remembered may be what is wrong.
        self.stands.forget(table);
        let canceled = DynamoError::Canceled(reasons.to_vec());
        Err(self.judge(canceled).into())
    }

    /// Reads to which version a command led.
    pub(super) async fn version_of_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Version>, StoreError> {
        let item = self.item(&ItemKey::command(table, command)).await?;
        item.map(|item| led_to(&item)).transpose()
    }

    async fn repeated(
        &self,
        table: &TableId,
        version: Version,
    ) -> Result<AppendOutcome, StoreError> {
        let first = self.record(table, version).await?;
        Ok(AppendOutcome::Repeated(Box::new(first)))
    }
}

/// Reads the version a command led to.
fn led_to(command: &Item) -> Result<Version, StoreError> {
    ItemReader(command).number(LED_TO).map(Version)
}
