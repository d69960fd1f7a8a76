//! The `ltsctl` program.

fn main() {}
