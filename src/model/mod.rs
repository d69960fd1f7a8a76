//! What exists: names, addresses, retention, groups, streams, dumps, and the
//! two values everything else compares, [`Desired`] and [`Live`].
//!
//! Nothing here knows YAML, HTTP, JSON or time. A value of these types is
//! already known to be well-formed; where text from the service is kept as it
//! came, the constructor says so (`from_service`).

mod address;
mod bearer;
mod capability;
mod desired;
mod dump;
mod field;
mod id;
mod live;
mod memory;
mod name;
mod period;
mod policy;
mod settings;
mod tags;
mod target;
mod ttl;

pub(crate) use address::matches_segment;
pub use address::{Address, AddressGlob, GlobFault};
pub use bearer::Bearer;
pub use capability::{Ability, Capabilities};
pub use desired::{Desired, DesiredDump, DesiredGroup, DesiredStream, Place, Protection, Removal, Wanted};
pub use dump::{Agency, BucketName, DumpSettings, Slot, StorageFormat, TimeZone, check_prefix};
pub use field::Field;
pub use id::{DomainId, GroupId, IdFault, ProjectId, StreamId, TransferId};
pub use live::{Health, Listing, Live, LiveDump, LiveGroup, LiveStream, TransferKind};
pub use memory::Memory;
pub use name::{DumpHandle, EstateName, GroupName, LONGEST_NAME, NameFault, StreamName};
pub use period::Period;
pub use policy::{Acceptance, DeleteBudget, Policy, Prune, Quotas};
pub use settings::{GroupSettings, StreamSettings};
pub use tags::{TagFault, Tags};
pub use target::{Edition, EmulatorTarget, Endpoint, EndpointFault, Profile, Region, ServiceTarget, Target};
pub use ttl::{Days, StreamTtl, TtlFault};
