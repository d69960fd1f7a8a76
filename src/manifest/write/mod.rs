//! Values -> manifest text: words that every reader of YAML takes for what they
//! are, trees in flow or block style, and what of the live side the language
//! can say at all.
//!
//! What a rule of the language refuses is never written: whoever writes has to
//! say so instead. Nothing here reads a manifest.

mod settings;
mod tree;
mod value;
mod word;

pub use settings::{dump_fields, group_fields, stream_fields};
pub use tree::{Layout, Tree};
pub use value::{FieldValue, ObjectKind, express};
pub(super) use word::double_quoted;
pub use word::{comment, word};
