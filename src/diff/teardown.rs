//! Turns what a manifest declares into its opposite, for `destroy`.

use crate::model::{Desired, Removal, Wanted};

/// Returns the same declarations with everything to be removed. Tombstones stay
/// tombstones; what is not declared stays undeclared.
#[must_use]
pub fn tear_down(mut desired: Desired) -> Desired {
    for group in desired.groups.values_mut() {
        remove(&mut group.wanted);
        for stream in group.streams.iter_mut().flat_map(|streams| streams.values_mut()) {
            remove(&mut stream.wanted);
        }
        for dump in group.dumps.iter_mut().flat_map(|dumps| dumps.values_mut()) {
            remove(&mut dump.wanted);
        }
    }
    desired
}

fn remove<T>(wanted: &mut Wanted<T>) {
    if let Wanted::Present(_) = wanted {
        *wanted = Wanted::Absent(Removal::Destroy);
    }
}
