//! What is said when the program itself is at fault.
//!
//! A panic's message can hold anything the program knew, so that none of it is
//! shown: where it happened is all a report needs. Nothing is asked and nothing
//! is sent.

use std::panic::{self, Location, UnwindSafe};

use super::exit::Exit;
use super::output::write_complaint;

/// Runs something and turns a panic into an exit code.
pub(super) fn contain(run: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    panic::set_hook(Box::new(|info| write_complaint(&describe(info.location()))));
    panic::catch_unwind(run).unwrap_or(Exit::Error)
}

fn describe(location: Option<&Location<'_>>) -> String {
    let place = location.map_or_else(|| "an unknown place".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
    format!(
        "error: this is a bug of ltsctl {}, at {place}\nhelp: running the same command again is safe; please report the \
         line above\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s71_a_panic_says_where_and_nothing_of_what_it_knew() {
        let caught = std::thread::spawn(|| contain(|| panic!("canary-secret"))).join();
        assert_eq!(caught.ok(), Some(Exit::Error));
        let text = describe(Some(Location::caller()));
        assert!(text.contains("bug.rs:") && !text.contains("canary"), "{text}");
        assert!(text.ends_with("the line above\n"));
        // The other tests of this process want their own messages back.
        drop(panic::take_hook());
    }
}
