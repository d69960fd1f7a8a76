//! The JSON of the API, as this client reads it: with tolerance for what is
//! added, null, doubled or typed differently (C1–C64 of the facts page), and
//! without a guess at what is missing. The emulator has its own reading.

mod fault;
mod record;
mod scalar;
mod shapes;

pub(crate) use fault::Fault;
pub(crate) use record::{Fields, Items};
pub(crate) use scalar::{Scalar, TagMap};
pub(crate) use shapes::{
    Created, GroupItem, GroupList, LogLine, LogLines, ProjectItem, ProjectList, StreamItem, StreamList, TokenBody,
    TransferInfo, TransferItem, TransferList, TransferStream,
};

/// Reads a body, or says why not in words that hold nothing of the body.
pub(crate) fn read<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| {
        let nature = match error.classify() {
            serde_json::error::Category::Eof => "ends too early",
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Data => "is not the JSON it should be",
        };
        format!("the answer {nature} (line {}, column {})", error.line(), error.column())
    })
}
