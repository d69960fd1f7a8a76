//! Reconciler for Huawei Cloud LTS (Log Tank Service): log groups, log streams
//! and OBS dumps as code.
//!
//! The manifest and the live project become two values of like types;
//! everything between reading and writing is a pure function; the plan is data.
//!
//! ```text
//! manifest ──parse──> Desired ─┐
//!                              ├─diff──> Changes ──plan──> Plan | Refusal ──apply──> Outcomes ──observe + plan──> proof
//! LTS API ───observe──> Live ──┘
//! ```
//!
//! Only [`lts`] and the driver of [`apply`] are async. In reading order:
//!
//! - [`model`]: what exists; no YAML, HTTP, JSON or time.
//! - [`manifest`]: text to [`model::Desired`], every complaint located.
//! - [`lts`]: the API from our side, and [`lts::observe`] to [`model::Live`].
//! - [`diff`]: what differs; cannot fail.
//! - [`plan`]: ordered steps, what stands in the way, and the guards.
//! - [`drift`]: a verdict for each object, for whoever only wants to know.
//! - [`ledger`]: what is remembered of dumps where the API cannot list them.
//! - [`apply`]: a machine without I/O, and the driver that performs its tasks.
//! - [`saved`]: a plan as JSON, and back.
//! - [`export`]: the live project as a manifest that plans empty.
//! - [`adopt`]: live objects into a manifest that is there already.
//! - [`snapshot`]: the live project as JSON, and back.
//! - [`render`]: values to text and JSON.
//! - [`cli`]: flags, the environment, one file per command, exit codes.
//! - [`emulator`]: the service from the other side, with its own reading of the API.
//! - [`effects`] and [`escape`]: time, chance, and what may reach a terminal.
//!
//! Files the program reads: manifests and what they include, the values of
//! `--var-file`, saved plans, snapshots, the report of `--baseline`, the PEM file
//! of `--ca-file`, the rules of `emulator --faults`, and the ledger.
//!
//! Files it writes: the plan, manifest, snapshot or manual of `--out`, the
//! manifests of `init`, `fmt`, `import` and `drift --write`, the reports of
//! `--report`, `--journal`, `--debug-bundle`, the ledger, and the emulator's data,
//! in the folder of `target.emulator.data` or `--data`. Nothing else.

pub mod adopt;
pub mod apply;
pub mod cli;
pub mod diff;
pub mod drift;
pub mod effects;
pub mod emulator;
pub mod escape;
pub mod export;
pub mod ledger;
pub mod lts;
pub mod manifest;
pub mod model;
pub mod plan;
pub mod render;
pub mod saved;
pub mod snapshot;
