//! `ltsctl snapshot`: the live project as JSON. Changes nothing there.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;

use super::args::{Destination, Service, Whereabouts};
use super::connect::connect;
use super::error::CliError;
use super::exit::Exit;
use super::file;
use super::output::Output;
use super::runtime::block_on_reading;
use super::whereabouts::locate;
use crate::effects::{Clock as _, SystemClock};
use crate::escape::Escaped;
use crate::lts::{self, Scope};
use crate::snapshot::{self, Snapshot};

/// Most bytes of a snapshot: a hundred times what 10,000 streams need.
const LARGEST: u64 = 1 << 30;

pub(super) fn run(
    whereabouts: &Whereabouts,
    destination: &Destination,
    service: &Service,
    output: &Output,
) -> Result<Exit, CliError> {
    let located = locate(whereabouts)?;
    if let Some(path) = &destination.out {
        file::demand_free(path, destination.overwrite())?;
    }
    block_on_reading(service, output, async {
        let connection = connect(&located.target, service).await?;
        output.remark(&connection.describe());
        let before = connection.client.usage().reads;
        let observation = lts::observe(&connection.client, &Scope::Everything).await?;
        let now = SystemClock.now();
        let snapshot = Snapshot {
            target: connection.target.clone(),
            taken_at: Timestamp::from_second(now.as_second()).unwrap_or(now),
            reads: connection.client.usage().reads - before,
            capabilities: observation.capabilities,
            live: observation.live,
            warnings: observation.warnings,
        };
        for warning in &snapshot.warnings {
            output.remark(&format!("{} {warning}\n", output.error_paint.yellow("warning:")));
        }
        let text = snapshot.document().render().map_err(|error| CliError::internal(error.to_string()))?;
        if let Some(path) = &destination.out {
            file::write(path, &text, destination.overwrite())?;
        }
        match &destination.out {
            Some(path) if !output.is_json() => output.result(&tell(&snapshot, path)),
            _ => output.result(&text),
        }
        Ok(Exit::Done)
    })
}

fn tell(snapshot: &Snapshot, path: &Path) -> String {
    let groups = snapshot.live.groups.values();
    let streams: usize = groups.clone().filter_map(|group| group.streams.seen()).map(|streams| streams.len()).sum();
    let transfers: usize = groups.filter_map(|group| group.dumps.seen()).map(Vec::len).sum();
    let whole = if snapshot.is_whole() { "" } else { "; not everything could be read" };
    format!(
        "Recorded in {}: {} log groups, {streams} log streams, {transfers} transfers{whole}.\n",
        Escaped(&path.display().to_string()),
        snapshot.live.groups.len()
    )
}

/// Reads a snapshot.
pub(super) fn read(path: &Path) -> Result<Snapshot, CliError> {
    let complain = |what: String| {
        CliError::new(Exit::Error, "snapshot", format!("`{}` {what}", path.display()))
            .help("take a snapshot with `ltsctl snapshot --out FILE`, and pass it on as it is")
    };
    let text = read_text(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => complain("does not exist".to_owned()),
        io::ErrorKind::InvalidData => complain("is not a snapshot: it is not UTF-8 text".to_owned()),
        _ => complain(format!("cannot be read: {error}")),
    })?;
    snapshot::read(&text).map_err(|fault| complain(fault.to_string()))
}

fn read_text(path: &Path) -> io::Result<String> {
    // Asked before it is opened: to open a pipe is to wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut text = String::new();
    fs::File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}
