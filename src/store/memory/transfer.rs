//! A whole journal out of memory, and into it.

use async_trait::async_trait;

use super::{JournalState, MemoryJournal};
use crate::transfer::{
    BATCH_RECORDS_MAX, ChainCheck, JournalExport, JournalImport, JournalSummary, RecordStream,
    bytes_of,
};
use crate::{ProgressListener, ProgressStep, StoreError};

#[async_trait]
impl JournalExport for MemoryJournal {
    fn export(&self) -> RecordStream {
        let records = self.state().export();
        RecordStream::from_task(|sender| async move {
            let batch_max = usize::try_from(BATCH_RECORDS_MAX).unwrap_or(usize::MAX);
            for batch in records.chunks(batch_max) {
                sender.send(batch.to_vec()).await?;
            }
            Ok(())
        })
    }
}

#[async_trait]
impl JournalImport for MemoryJournal {
    async fn import(
        &self,
        mut records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let (mut filled, mut check) = (JournalState::default(), ChainCheck::default());
        while let Some(batch) = records.next().await? {
            let bytes = bytes_of(&batch);
            for record in batch {
                let checked = check.follow(record)?;
                let header = checked.stored.header(&checked.table)?;
                filled.push(&checked.table, checked.index, header, checked.stored);
            }
            progress.report(&ProgressStep::Taken { bytes });
        }
        let mut state = self.state();
        if !state.tables.is_empty() {
            let why = "this journal holds tables already, and nothing is written over";
            return Err(StoreError::Unusable(why.to_owned()));
        }
        *state = filled;
        Ok(check.summary())
    }
}
