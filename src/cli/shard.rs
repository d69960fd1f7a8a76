//! `--shard`: the part of the targets that one of several runs looks after.

use super::error::CliError;

/// A share of all targets: every target falls into exactly one of `of` shards, by
/// its position among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shard {
    /// From 0; nothing where the index of a job says it.
    index: Option<usize>,
    /// How many shards there are, from 1.
    of: usize,
}

/// More shards than this are a mistake.
const MOST: usize = 10_000;

/// Reads `INDEX/N`, or `N`.
pub(super) fn parse_shard(text: &str) -> Result<Shard, String> {
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<usize>().ok()).flatten();
    let (index, of) = match text.split_once('/') {
        Some((index, of)) => (Some(number(index)), number(of)),
        None => (None, number(text)),
    };
    match (index, of) {
        (Some(None), _) | (_, None) => Err("must be `INDEX/N`, such as `0/4`, or `N`".to_owned()),
        (_, Some(of)) if !(1..=MOST).contains(&of) => Err(format!("there must be 1 to {MOST} shards")),
        (Some(Some(index)), Some(of)) if index >= of => {
            Err(format!("shards are counted from 0: the last one of {of} is `{}/{of}`", of - 1))
        }
        (index, Some(of)) => Ok(Shard { index: index.flatten(), of }),
    }
}

impl Shard {
    /// Returns the shard with its index, which is `job_index` where none was given.
    ///
    /// # Errors
    /// Fails when there is no index, or one that no shard has.
    pub(super) fn settle(self, job_index: Option<&str>) -> Result<(usize, usize), CliError> {
        let Self { index, of } = self;
        if let Some(index) = index {
            return Ok((index, of));
        }
        let help = format!("write `--shard INDEX/{of}`, with an index from 0 to {}", of - 1);
        let Some(told) = job_index else {
            let message = format!("`--shard {of}` takes its index from JOB_COMPLETION_INDEX, which is not set");
            return Err(CliError::usage(message).help(help));
        };
        match parse_shard(&format!("{told}/{of}")) {
            Ok(Self { index: Some(index), of }) => Ok((index, of)),
            Ok(_) | Err(_) => {
                let message =
                    format!("JOB_COMPLETION_INDEX is `{told}`, and `--shard {of}` has the shards 0 to {}", of - 1);
                Err(CliError::usage(message).help(format!("let the job have {of} completions, or {help}")))
            }
        }
    }
}

/// Returns those of `all` that belong to a shard, in their order.
pub(super) fn take<T>(all: Vec<T>, (index, of): (usize, usize)) -> Vec<T> {
    all.into_iter().enumerate().filter(|(position, _)| position % of == index).map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_an_index_and_a_number() {
        assert_eq!(parse_shard("0/1"), Ok(Shard { index: Some(0), of: 1 }));
        assert_eq!(parse_shard("3/4"), Ok(Shard { index: Some(3), of: 4 }));
        assert_eq!(parse_shard("4"), Ok(Shard { index: None, of: 4 }));
        for wrong in ["", "/", "0", "1/", "/2", "4/4", "0/0", "-1/2", "+1/2", "1/2/3", "a/b", "0/10001", " 1/2"] {
            assert!(parse_shard(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_index_of_a_job_counts_where_none_was_given() {
        let shard = parse_shard("4").expect("a shard");
        assert_eq!(shard.settle(Some("3")).expect("an index"), (3, 4));
        for wrong in [None, Some("4"), Some(""), Some("x"), Some("1/4"), Some("-1")] {
            assert!(shard.settle(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(parse_shard("1/4").expect("a shard").settle(Some("3")).expect("its own"), (1, 4));
    }

    #[test]
    fn every_target_is_in_exactly_one_shard() {
        for targets in 0..12 {
            for of in 1..8 {
                let mut taken: Vec<usize> =
                    (0..of).flat_map(|index| take((0..targets).collect::<Vec<_>>(), (index, of))).collect();
                taken.sort_unstable();
                assert_eq!(taken, (0..targets).collect::<Vec<_>>(), "{targets} in {of}");
            }
        }
    }
}
