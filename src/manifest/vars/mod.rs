//! Variables: `vars` declares them, `--var` and `--var-file` give them other
//! values, `${var.NAME}` uses them.
//!
//! Nothing else stands between `${` and `}`: no environment, no function, no
//! variable made of another. They are filled in before the tree is checked, so
//! that a value is judged where it is used, with the place of its use; whole
//! values keep their type. No secret belongs into a variable: what is filled in
//! is shown and saved like everything else.

mod declared;
mod fill;
mod given;
mod reference;
#[cfg(test)]
mod tests;
mod values;

pub(super) use declared::{Known, Variables};
pub(super) use fill::fill;
pub use given::Given;
pub(super) use given::override_values;
pub(super) use values::{Values, find_variable};
