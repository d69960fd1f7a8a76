//! The JSON of the API, as this client reads it: with tolerance for what is
//! added, null, doubled or typed differently (C1–C64 of the facts page), and
//! without a guess at what is missing. The emulator has its own reading.

mod body;
mod fault;
mod record;
mod scalar;
mod shapes;

pub(crate) use body::read;
pub(crate) use fault::Fault;
pub(crate) use record::{Fields, Items};
pub(crate) use scalar::{Scalar, TagMap};
pub(crate) use shapes::{
    Created, GroupItem, GroupList, LogLine, LogLines, ProjectItem, ProjectList, StreamItem, StreamList, TokenBody,
    TransferInfo, TransferItem, TransferList, TransferStream,
};
