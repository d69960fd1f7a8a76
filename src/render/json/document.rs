//! Documents as bytes.

/// Serializes a document; one line, keys in the order of its type.
///
/// # Errors
/// Returns the serializer's complaint; for the types of this module there is
/// none.
pub fn to_line(document: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(document)
}
