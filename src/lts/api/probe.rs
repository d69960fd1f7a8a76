//! Whether an operation exists that is only presumed to.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::super::{Client, Error, ErrorClass, Operation};
use crate::model::{Bearer, Days, GroupId, StreamId, StreamTtl, Tags};

/// An id that no object has.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// An operation that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Probe {
    /// Row 5.
    UpdateGroup,
    /// Row 10.
    UpdateStream,
    /// Row 18.
    Tags,
}

/// Asks for operations with an id that no object has, and returns those that do
/// not exist here. Nothing can be changed by it, and the requests count as reads.
///
/// # Errors
/// Returns the first failure that says nothing about existence, such as a
/// refused credential or a service that does not answer.
pub async fn probe(client: &Client, operations: &BTreeSet<Probe>) -> Result<BTreeSet<Probe>, Error> {
    let answers = join_all(operations.iter().map(|operation| is_missing(client, *operation))).await;
    let mut missing = BTreeSet::new();
    for (operation, answer) in operations.iter().zip(answers) {
        if answer? {
            missing.insert(*operation);
        }
    }
    Ok(missing)
}

async fn is_missing(client: &Client, operation: Probe) -> Result<bool, Error> {
    let (Ok(group), Ok(stream)) = (GroupId::parse(NIL), StreamId::parse(NIL)) else {
        // The nil id is well-formed; a test says so.
        return Ok(false);
    };
    let call = match operation {
        Probe::UpdateGroup => client.update_group_call(&group, Days::from_service(7)),
        Probe::UpdateStream => client.update_stream_call(&group, &stream, StreamTtl::Inherit),
        // No tag at all, so that nothing is written even where ids are not checked.
        Probe::Tags => client.tags_call(Operation::AddTags, &Bearer::Group(group), &Tags::default()),
    };
    match client.call(call.harmless()).await {
        Ok(_) => Ok(false),
        Err(error) if error.class == ErrorClass::Unsupported => Ok(true),
        Err(error) if error.is_fatal() => Err(error),
        // Whatever LTS itself answers, it knows the operation.
        Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with("LTS.")) => Ok(false),
        Err(error) if matches!(error.class, ErrorClass::NotFound | ErrorClass::Invalid) => Ok(false),
        Err(error) => Err(error),
    }
}
