//! One redb file with one table of records, and the queue before it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use redb::{Database, DatabaseError, Durability, ReadableDatabase, ReadableTable, TableDefinition};

/// Every record, by its key.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");

/// The file in the folder of `--data`.
const FILE: &str = "emulator.redb";

/// Says whether a folder holds an emulator's data.
#[must_use]
pub fn has_data(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Write {
    Put(String, Vec<u8>),
    Delete(String),
    /// Everything whose key starts so.
    DeletePrefix(String),
}

/// Why the data cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("cannot make the folder `{}`", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    #[error("another process holds the data in `{}`", .0.display())]
    InUse(PathBuf),
    #[error("cannot open `{}`", .0.display())]
    Open(PathBuf, #[source] Box<redb::Error>),
    #[error("cannot read or write the data")]
    Access(#[source] Box<redb::Error>),
}

/// The data on disk; nothing where there is no folder.
#[derive(Debug, Clone)]
pub(crate) struct Store(Option<Arc<Disk>>);

#[derive(Debug)]
struct Disk {
    database: Database,
    queue: Mutex<Queue>,
    /// Held by whoever writes a batch, so that batches go out in order.
    writing: Mutex<()>,
    /// The number of the last write that is on disk.
    durable: AtomicU64,
    /// Lets one request at a time wait for the disk; those behind it mostly
    /// find that their writes have gone along.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Queue {
    writes: Vec<Write>,
    /// The number of the last write that was queued.
    last: u64,
    /// Set when the disk refused a batch: memory is ahead of it for good.
    broken: Option<String>,
}

impl Store {
    pub(crate) fn in_memory() -> Self {
        Self(None)
    }

    /// Opens or makes the data in a folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Folder(folder.to_owned(), error))?;
        let database = Database::create(folder.join(FILE)).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => StoreError::InUse(folder.to_owned()),
            other => StoreError::Open(folder.to_owned(), Box::new(other.into())),
        })?;
        Ok(Self(Some(Arc::new(Disk {
            database,
            queue: Mutex::default(),
            writing: Mutex::new(()),
            durable: AtomicU64::new(0),
            turn: tokio::sync::Mutex::new(()),
        }))))
    }

    pub(crate) fn keeps(&self) -> bool {
        self.0.is_some()
    }

    /// Returns every record in the order of the keys.
    pub(crate) fn read_all(&self) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let Some(disk) = &self.0 else { return Ok(Vec::new()) };
        disk.read_all().map_err(|error| StoreError::Access(Box::new(error)))
    }

    /// Queues writes. To be called under the lock of what they were made from,
    /// so that the order on disk is the order in memory.
    pub(crate) fn queue(&self, writes: Vec<Write>) {
        if let Some(disk) = &self.0 {
            let mut queue = disk.queue();
            queue.last += writes.len() as u64;
            queue.writes.extend(writes);
        }
    }

    /// Waits until everything that is queued now is on disk.
    ///
    /// # Errors
    /// Says why it will never be.
    pub(crate) async fn settled(&self) -> Result<(), String> {
        let Some(disk) = &self.0 else { return Ok(()) };
        let wanted = disk.wanted()?;
        if disk.durable.load(Ordering::Acquire) >= wanted {
            return Ok(());
        }
        let turn = disk.turn.lock().await;
        if disk.durable.load(Ordering::Acquire) >= wanted {
            return Ok(());
        }
        let writer = Arc::clone(disk);
        // A cancelled request leaves its batch to the thread that has it.
        let written = tokio::task::spawn_blocking(move || writer.flush()).await;
        drop(turn);
        written.map_err(|error| error.to_string())?
    }

    /// Writes everything that is queued now, on this thread.
    ///
    /// # Errors
    /// Says why it will never be written.
    pub(crate) fn flush(&self) -> Result<(), String> {
        self.0.as_ref().map_or(Ok(()), |disk| disk.flush())
    }
}

impl Disk {
    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> Result<u64, String> {
        let queue = self.queue();
        queue.broken.clone().map_or(Ok(queue.last), Err)
    }

    fn flush(&self) -> Result<(), String> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (batch, last) = {
            let mut queue = self.queue();
            if let Some(reason) = &queue.broken {
                return Err(reason.clone());
            }
            (std::mem::take(&mut queue.writes), queue.last)
        };
        if !batch.is_empty()
            && let Err(error) = self.write(&batch)
        {
            let reason = format!("the data cannot be written: {error}");
            self.queue().broken = Some(reason.clone());
            return Err(reason);
        }
        self.durable.store(last, Ordering::Release);
        Ok(())
    }

    fn write(&self, batch: &[Write]) -> Result<(), redb::Error> {
        let mut transaction = self.database.begin_write()?;
        // Anything less does not survive a kill.
        transaction.set_durability(Durability::Immediate)?;
        {
            let mut table = transaction.open_table(RECORDS)?;
            for write in batch {
                match write {
                    Write::Put(key, value) => drop(table.insert(key.as_str(), value.as_slice())?),
                    Write::Delete(key) => drop(table.remove(key.as_str())?),
                    // No key has a letter above `~`.
                    Write::DeletePrefix(prefix) => {
                        let end = format!("{prefix}\u{7f}");
                        table.retain_in(prefix.as_str()..end.as_str(), |_, _| false)?;
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn read_all(&self) -> Result<Vec<(String, Vec<u8>)>, redb::Error> {
        // A new file has no table; making it here spares every reader the case.
        let transaction = self.database.begin_write()?;
        drop(transaction.open_table(RECORDS)?);
        transaction.commit()?;
        let table = self.database.begin_read()?.open_table(RECORDS)?;
        let mut records = Vec::new();
        for record in table.iter()? {
            let (key, value) = record?;
            records.push((key.value().to_owned(), value.value().to_owned()));
        }
        Ok(records)
    }
}
