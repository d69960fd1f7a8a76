//! What a refusal means: by operation and code, then by status. Pure.
//!
//! The same code means different things to different operations (C24, C29 of
//! the facts page), and the same fact comes with different statuses (C22), so
//! that the code wins over the status and the text never counts.

use super::{Certainty, ErrorClass, Operation};

/// Returns the meaning of an answer that is a failure.
pub(crate) fn classify(operation: Operation, status: u16, code: Option<&str>) -> (ErrorClass, Certainty) {
    let class = code.and_then(|code| by_code(operation, status, code)).unwrap_or_else(|| by_status(operation, status));
    (class, certainty(class, status))
}

/// Returns whether a request that was answered like this may have been executed.
fn certainty(class: ErrorClass, status: u16) -> Certainty {
    match class {
        ErrorClass::Server | ErrorClass::Interrupted | ErrorClass::Unusable => Certainty::Unknown,
        // A code nobody knows says nothing; the status is all there is.
        ErrorClass::Other if !(300..500).contains(&status) => Certainty::Unknown,
        _ => Certainty::NotExecuted,
    }
}

fn by_code(operation: Operation, status: u16, code: &str) -> Option<ErrorClass> {
    if let Some(number) = code.strip_prefix("LTS.") {
        return by_lts_code(operation, status, number);
    }
    if let Some(number) = code.strip_prefix("APIGW.").or_else(|| code.strip_prefix("APIG.")) {
        return by_gateway_code(operation, status, number);
    }
    by_iam_code(code.strip_prefix("IAM.")?)
}

/// Facts page 3.2 and 3.3.
fn by_lts_code(operation: Operation, status: u16, number: &str) -> Option<ErrorClass> {
    use ErrorClass as Class;
    use Operation as Op;
    let class = match number {
        // C25: also "Invalid log transfer type" on a list of transfers.
        "0001" if status == 400 && operation == Op::ListTransfers => Class::Invalid,
        "0001" | "0011" => Class::Identity,
        // C26: the 403 of the same code is a matter of permission.
        "0003" if status == 403 => Class::Permission,
        "0002" | "0003" | "0023" | "0414" => Class::Authentication,
        "0018" => Class::Permission,
        "0007" | "0009" | "0106" | "0301" | "0416" | "0701" | "1836" | "1901" | "1902" | "1903" => Class::Invalid,
        // C28, C31: the service's own trouble, whatever the status.
        "0010" | "0102" | "0103" | "0107" | "0202" | "0203" | "0204" | "0210" => Class::Server,
        "0101" if operation == Op::CreateGroup => Class::AlreadyExists,
        "0104" | "0206" => Class::Quota,
        "0105" => Class::Dependent,
        "0201" | "0208" => Class::NotFound,
        "0205" if operation == Op::CreateStream => Class::AlreadyExists,
        // C24: on a deletion the transfer is in the way; elsewhere it is there already.
        "0207" => match operation {
            Op::DeleteGroup | Op::DeleteStream => Class::Dependent,
            _ => Class::AlreadyExists,
        },
        "0405" => Class::NotFound,
        _ => return None,
    };
    Some(class)
}

/// Facts page 3.4.
fn by_gateway_code(operation: Operation, status: u16, number: &str) -> Option<ErrorClass> {
    use ErrorClass as Class;
    let class = match number {
        // Every edition lists groups: where that does not exist, LTS does not.
        "0101" if operation == Operation::ListGroups => Class::WrongEndpoint,
        "0101" => Class::Unsupported,
        "0201" if status < 500 => Class::Invalid,
        "0103" | "0201" | "0202" | "0203" | "0601" | "0606" | "0613" => Class::Server,
        "0301" | "0303" | "0305" | "0307" => Class::Authentication,
        "0302" | "0306" | "0310" | "0401" | "0402" | "0802" => Class::Permission,
        "0308" => Class::Throttled,
        "0602" => Class::Invalid,
        _ => return None,
    };
    Some(class)
}

/// Facts page 2.1.
fn by_iam_code(number: &str) -> Option<ErrorClass> {
    use ErrorClass as Class;
    let class = match number {
        "0001" | "0061" | "0062" | "0066" | "0067" | "1101" | "1102" | "1103" | "1104" | "1105" | "1106" | "1107"
        | "1108" | "1109" => Class::Authentication,
        "0002" | "0003" | "0080" | "0081" | "0082" | "0083" => Class::Permission,
        "0004" => Class::NotFound,
        "0006" => Class::Server,
        "0012" => Class::Throttled,
        _ => return None,
    };
    Some(class)
}

fn by_status(operation: Operation, status: u16) -> ErrorClass {
    match status {
        300..400 => ErrorClass::WrongEndpoint,
        401 => ErrorClass::Authentication,
        403 => ErrorClass::Permission,
        404 if names_an_object(operation) => ErrorClass::NotFound,
        404 => ErrorClass::WrongEndpoint,
        407 => ErrorClass::Unreachable,
        408 => ErrorClass::Server,
        400 | 413 | 414 | 415 | 422 | 431 | 494 => ErrorClass::Invalid,
        429 => ErrorClass::Throttled,
        500..600 => ErrorClass::Server,
        _ => ErrorClass::Other,
    }
}

/// Says whether the request names an object that may be gone, so that a plain
/// 404 speaks of that object and not of the address.
fn names_an_object(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::FetchToken
            | Operation::ListProjects
            | Operation::CreateGroup
            | Operation::ListGroups
            | Operation::ListAllStreams
    )
}

#[cfg(test)]
mod tests;
