//! Whether a run that is done is also good enough: `--fail-on` and `--max-rejects`.

use crate::emit::Counts;

/// From what on a run that is done counts as failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// A reject, or a record with a diagnostic of severity error. The default.
    #[default]
    Reject,
    /// A record with a diagnostic of severity error; rejects only past `--max-rejects`.
    Error,
    /// A reject, or a record with a diagnostic of severity warning or error.
    Warning,
    /// Nothing; rejects only past `--max-rejects`.
    Never,
}

/// How many rejects are bearable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRejects {
    /// So many.
    Count(u64),
    /// So many in a hundred pages.
    Percent(f64),
}

/// What a finished run is held against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    /// From what on it counts as failed.
    pub fail_on: FailOn,
    /// How many rejects are bearable, whatever `fail_on` says of rejects. Default: as `fail_on` says.
    pub max_rejects: Option<MaxRejects>,
}

impl Gate {
    /// Whether a run with these counts is good enough.
    pub fn passes(self, counts: &Counts) -> bool {
        let with = |status| counts.records_by_status.get(status).copied().unwrap_or(0);
        let is_bad = match self.fail_on {
            FailOn::Reject | FailOn::Error => with("error") > 0,
            FailOn::Warning => with("error") + with("warning") > 0,
            FailOn::Never => false,
        };
        !is_bad && self.bears_rejects(counts)
    }

    fn bears_rejects(self, counts: &Counts) -> bool {
        let pages = counts.records + counts.rejects;
        match self.max_rejects {
            Some(MaxRejects::Count(most)) => counts.rejects <= most,
            Some(MaxRejects::Percent(most)) => counts.rejects as f64 * 100.0 <= most * pages as f64,
            None => counts.rejects == 0 || matches!(self.fail_on, FailOn::Error | FailOn::Never),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_run_passes_up_to_what_was_allowed() {
        use FailOn::{Error, Never, Reject, Warning};
        let check = |fail_on, max_rejects, [rejects, errors, warnings]: [u64; 3], passes: bool| {
            let counts = Counts {
                records: 100 - rejects,
                rejects,
                records_by_status: BTreeMap::from([("error", errors), ("warning", warnings)]),
                ..Counts::default()
            };
            let got = Gate { fail_on, max_rejects }.passes(&counts);
            assert_eq!(got, passes, "{fail_on:?} {max_rejects:?} {counts:?}");
        };
        check(Reject, None, [0, 0, 9], true);
        check(Reject, None, [1, 0, 0], false);
        check(Reject, None, [0, 1, 0], false);
        check(Error, None, [1, 0, 0], true);
        check(Error, None, [0, 1, 0], false);
        check(Warning, None, [0, 0, 1], false);
        check(Never, None, [9, 9, 9], true);
        check(Reject, Some(MaxRejects::Count(2)), [2, 0, 0], true);
        check(Never, Some(MaxRejects::Count(2)), [3, 0, 0], false);
        check(Never, Some(MaxRejects::Percent(5.0)), [5, 0, 0], true);
        check(Never, Some(MaxRejects::Percent(5.0)), [6, 0, 0], false);
    }
}
