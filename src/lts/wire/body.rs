//! Bodies as types.

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
