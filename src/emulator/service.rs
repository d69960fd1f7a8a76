//! The emulator as a value: opened, configured, looked into, served.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::Router;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::effects::{Chance, Clock};

use super::account::Account;
use super::auth::Directory;
use super::config::{Config, Gate};
use super::estate::{Birth, Estate, EstateError};
use super::faults::{Engine, Faults, RuleCount};
use super::http::{self, Exposure, Line, Wires};
use super::journal::{Journal, JournalEntry};
use super::profile::Profile;
use super::state::{Change, World};
use super::store::{self, Store, StoreError, Write};

/// How to open an emulator.
#[derive(Debug)]
pub struct Options {
    /// The edition to play.
    pub profile: Profile,
    /// The folder to keep everything in; none keeps it in memory.
    pub data: Option<PathBuf>,
    /// Tells the time of answers, signatures and tokens.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub chance: Chance,
}

/// Why an emulator cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the data.
    #[error(
        "another process holds the emulator's data in `{}`; stop it, or choose another folder",
        folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The data was made by another edition.
    #[error("the data in `{}` is of profile `{stored}`, not `{asked}`; choose another folder", folder.display())]
    OtherProfile {
        /// The folder.
        folder: PathBuf,
        /// The profile that the data was made with.
        stored: String,
        /// The profile that was asked for.
        asked: Profile,
    },
    /// A record cannot be understood.
    #[error("the record `{key}` in `{}` is not one that this version wrote", folder.display())]
    Record {
        /// The folder.
        folder: PathBuf,
        /// The record.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The data cannot be read or written.
    #[error("cannot use the emulator's data in `{}`: {reason}", folder.display())]
    Data {
        /// The folder.
        folder: PathBuf,
        /// What the storage said.
        reason: String,
    },
}

/// The service, the identity service and the bucket registry, in one process.
/// Clones are the same emulator.
#[derive(Debug, Clone)]
pub struct Emulator(Arc<Inner>);

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) profile: Profile,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Chance,
    pub(crate) store: Store,
    /// Wakes the requests that a gate holds, so that they look again.
    gates: Notify,
    world: RwLock<World>,
    directory: Mutex<Directory>,
    journal: Mutex<Journal>,
    faults: Mutex<Engine>,
}

impl Emulator {
    /// Opens an emulator, with what its data holds.
    ///
    /// # Errors
    /// When the data is in use, of another profile, or unreadable.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let Options { profile, data, clock, chance } = options;
        let mut world = World::new(profile, Account::BUILT_IN.region);
        let mut directory = Directory::with_account(&Account::BUILT_IN);
        let store = match &data {
            None => Store::in_memory(),
            Some(folder) => open_store(folder.clone(), profile, &mut world, &mut directory)?,
        };
        Ok(Self(Arc::new(Inner {
            profile,
            clock,
            chance,
            store,
            gates: Notify::new(),
            world: RwLock::new(world),
            directory: Mutex::new(directory),
            journal: Mutex::default(),
            faults: Mutex::default(),
        })))
    }

    /// Returns the routes of `/v1`, `/v2`, `/v3` and `/emulator`, for requests
    /// of this process. Behind a socket, use [`serve`].
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.0), Exposure::Process)
    }

    /// Returns what reaches the built-in account.
    #[must_use]
    pub fn account(&self) -> Account {
        Account::BUILT_IN
    }

    /// Returns the edition that is played.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.0.profile
    }

    /// Returns the configuration in force.
    #[must_use]
    pub fn config(&self) -> Config {
        self.0.world().config.clone()
    }

    /// Puts a configuration in force. Where the data cannot be written, every
    /// later request is refused with LTS.0010.
    pub fn configure(&self, config: Config) {
        self.0.configure(config);
        let _ = self.0.store.flush();
    }

    /// Returns the objects of the built-in account's project.
    #[must_use]
    pub fn estate(&self) -> Estate {
        self.0.estate(Account::BUILT_IN.project_id)
    }

    /// Puts other objects in the place of all in the built-in account's
    /// project, without the checks that a request meets.
    ///
    /// # Errors
    /// When the estate contradicts itself; then nothing changes.
    pub fn seed(&self, estate: &Estate) -> Result<(), EstateError> {
        self.0.seed(Account::BUILT_IN.project_id, estate)?;
        let _ = self.0.store.flush();
        Ok(())
    }

    /// Returns all requests since the start or the last clearing.
    #[must_use]
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.0.journal().since(0)
    }

    /// Puts rules of what goes wrong in the place of all others, and begins to
    /// count anew.
    pub fn inject(&self, faults: Faults) {
        self.0.inject(faults);
    }

    /// Returns the rules in force.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.0.faults().faults().clone()
    }

    /// Returns how often each rule matched and struck.
    #[must_use]
    pub fn fault_counts(&self) -> Vec<RuleCount> {
        self.0.faults().counts()
    }

    /// Forgets all requests so far; sequence numbers go on.
    pub fn clear_journal(&self) {
        self.0.journal().clear();
    }
}

/// Serves an emulator on a socket until `shutdown` is done and the requests
/// in flight are answered. The admin API then answers loopback names only.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    emulator: &Emulator,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = http::router(Arc::clone(&emulator.0), Exposure::Socket);
    let service = router.into_make_service_with_connect_info::<Line>();
    axum::serve(Wires(listener), service).with_graceful_shutdown(shutdown).await
}

impl Inner {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be asked for after the world, where both are needed.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Engine> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn inject(&self, faults: Faults) {
        let (world, now) = (self.world(), self.now());
        let mut engine = Engine::start(faults);
        if let Some(history) = &mut engine.history {
            history.remember(&world, &[], now);
        }
        *self.faults() = engine;
    }

    /// Revokes one token, or all where none is named; returns how many.
    pub(crate) fn revoke_tokens(&self, token: Option<&str>) -> usize {
        let mut directory = self.directory();
        let revoked = directory.revoke(token);
        let writes = revoked.iter().filter_map(|value| Some(store::token_write(value, directory.tokens.get(value)?)));
        self.store.queue(writes.collect());
        revoked.len()
    }

    /// Runs a transition and queues what it touched; returns that too.
    pub(crate) fn change<T>(&self, transition: impl FnOnce(&mut World) -> T) -> (T, Vec<Change>) {
        let mut world = self.world_mut();
        let value = transition(&mut world);
        let changes = world.take_changes();
        if self.store.keeps() && !changes.is_empty() {
            self.store.queue(store::writes(&world, &changes));
        }
        if !changes.is_empty()
            && let Some(history) = &mut self.faults().history
        {
            history.remember(&world, &changes, self.now());
        }
        (value, changes)
    }

    pub(crate) fn configure(&self, config: Config) {
        self.change(|world| world.set_config(config));
        self.gates.notify_waiters();
    }

    /// Waits while a gate holds an operation at this point.
    pub(crate) async fn pass_gate(&self, operation: &str, point: Gate) {
        loop {
            let mut changed = pin!(self.gates.notified());
            // From here on, a change is not missed.
            changed.as_mut().enable();
            if self.world().config.gates.get(operation) != Some(&point) {
                return;
            }
            changed.await;
        }
    }

    /// Changes who may ask, and queues it.
    pub(crate) fn change_directory<T>(&self, change: impl FnOnce(&mut Directory) -> T) -> T {
        let mut directory = self.directory();
        let value = change(&mut directory);
        self.store.queue(vec![store::directory_write(&directory)]);
        value
    }

    pub(crate) fn estate(&self, project: &str) -> Estate {
        let world = self.world();
        let project = world.project(project);
        Estate::of(&project.groups, &project.transfers)
    }

    pub(crate) fn seed(&self, project: &str, estate: &Estate) -> Result<(), EstateError> {
        let now = self.now().as_millisecond();
        let (seeded, _) = self.change(|world| {
            let region = world.region.clone();
            let mut birth = Birth {
                region: &region,
                now,
                fresh_id: &mut || self.object_id(),
                sequence: world.last_sequence(),
                ids: BTreeSet::new(),
            };
            let (groups, transfers) = estate.build(&mut birth)?;
            world.replace_project(project, groups, transfers);
            Ok(())
        });
        seeded
    }

    /// Returns an id in the shape of the service's: 36 characters.
    pub(crate) fn object_id(&self) -> String {
        let hex = format!("{:032x}", self.chance.bits());
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// Returns an id in the shape of IAM's: 32 hex digits.
    pub(crate) fn identity_id(&self) -> String {
        format!("{:032x}", self.chance.bits())
    }
}

fn open_store(
    folder: PathBuf,
    profile: Profile,
    world: &mut World,
    directory: &mut Directory,
) -> Result<Store, OpenError> {
    let refuse = |error: StoreError| match error {
        StoreError::InUse(folder) => OpenError::InUse { folder },
        other => OpenError::Data { folder: folder.clone(), reason: told(&other) },
    };
    let store = Store::open(&folder).map_err(refuse)?;
    let records = store.read_all().map_err(refuse)?;
    match records.iter().find(|(key, _)| key == "profile") {
        Some((_, stored)) if stored != profile.as_str().as_bytes() => {
            let stored = String::from_utf8_lossy(stored).into_owned();
            return Err(OpenError::OtherProfile { folder, stored, asked: profile });
        }
        Some(_) => {
            store::load(&records, world, directory).map_err(|(key, source)| OpenError::Record {
                folder,
                key,
                source,
            })?;
        }
        None => {
            store.queue(vec![Write::Put("profile".to_owned(), profile.as_str().as_bytes().to_owned())]);
            store.flush().map_err(|reason| OpenError::Data { folder, reason })?;
        }
    }
    Ok(store)
}

fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
