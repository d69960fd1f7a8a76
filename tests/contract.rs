//! The API contract suite: what the documents say, asked of the emulator.
//!
//! Every case runs in this process and over a loopback socket, in every
//! profile it applies to, and names its source: `seed_n` is line n of the
//! document of 2022-08-15, `facts_n` a section of the facts page.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "contract/admin.rs"]
mod admin;
#[path = "contract/dumps.rs"]
mod dumps;
#[path = "contract/faults/mod.rs"]
mod faults;
#[path = "contract/gateway.rs"]
mod gateway;
#[path = "contract/groups.rs"]
mod groups;
#[path = "contract/iam.rs"]
mod iam;
#[path = "contract/logs.rs"]
mod logs;
#[path = "contract/store.rs"]
mod store;
#[path = "contract/streams.rs"]
mod streams;
#[path = "contract/support.rs"]
mod support;
#[path = "contract/tags.rs"]
mod tags;
#[path = "contract/transfers.rs"]
mod transfers;
#[path = "contract/wire.rs"]
mod wire;
