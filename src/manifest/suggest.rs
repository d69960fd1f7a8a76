//! What was probably meant.

/// Longest word that is compared; a typing mistake of more is none.
const LONGEST: usize = 64;

/// Returns the candidate that is closest to a word, if one is close.
pub(super) fn closest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() > LONGEST {
        return None;
    }
    let folded = word.to_lowercase().replace('-', "_");
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates.filter(|candidate| candidate.len() <= LONGEST) {
        let other = candidate.to_lowercase().replace('-', "_");
        let distance = strsim::osa_distance(&folded, &other);
        let closest_so_far = best.is_none_or(|(least, _)| distance < least);
        if distance <= reach(&folded, &other) && closest_so_far {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A third of the shorter word may be wrong; a part of at least four letters
/// that stands at the beginning or the end is close enough as well.
fn reach(word: &str, candidate: &str) -> usize {
    let shorter = word.chars().count().min(candidate.chars().count());
    let part =
        shorter >= 3 && (candidate.starts_with(word) || candidate.ends_with(word) || word.starts_with(candidate));
    if part { usize::MAX } else { shorter.div_ceil(3) }
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_misses_are_told() {
        let keys = ["ttl_in_days", "tags", "streams", "obs_bucket_name", "storage_format"];
        let near = |word| closest(word, keys.into_iter());
        assert_eq!(near("ttl_in_day"), Some("ttl_in_days"));
        assert_eq!(near("ttl"), Some("ttl_in_days"));
        assert_eq!(near("tag"), Some("tags"));
        assert_eq!(near("Streams"), Some("streams"));
        assert_eq!(near("bucket_name"), Some("obs_bucket_name"));
        assert_eq!(near("colour"), None);
        assert_eq!(closest("json", ["RAW", "JSON"].into_iter()), Some("JSON"));
        assert_eq!(closest("1 hour", ["30min", "1hour", "12hour"].into_iter()), Some("1hour"));
    }
}
