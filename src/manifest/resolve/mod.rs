//! What the files mean together: merging, defaults, references and limits.

mod dumps;
mod limits;
mod lint;
mod merge;
mod whole;

pub(super) use whole::{Resolved, resolve};
