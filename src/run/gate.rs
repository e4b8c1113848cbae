//! Whether a run that is done is also good enough: the options of a run and its counts in, verdicts out.

use crate::diagnostic::quote;
use crate::emit::Counts;
use crate::emit::manifest::GateVerdict;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{FillFloor, Gates, MaxRejects, Profile};

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

/// What a finished run is held against.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// From what on it counts as failed.
    pub fail_on: FailOn,
    /// How many rejects are bearable, whatever `fail_on` says of rejects. Default: as `fail_on` says.
    pub max_rejects: Option<MaxRejects>,
    /// In how many records fields have to be filled, each named as in [`Counts::fields`] and once. Default: none.
    pub min_fill: Vec<FillFloor>,
    /// The percentage of lines that may be left over. Default: any.
    pub max_unassigned: Option<f64>,
}

impl Gate {
    /// What the profile says, where the user says nothing else.
    #[must_use]
    pub fn or(mut self, gates: &Gates) -> Self {
        self.max_rejects = self.max_rejects.or(gates.max_rejects);
        self.max_unassigned = self.max_unassigned.or(gates.max_unassigned);
        let is_new = |floor: &&FillFloor| self.min_fill.iter().all(|own| own.field != floor.field);
        let more: Vec<FillFloor> = gates.min_fill.iter().filter(is_new).cloned().collect();
        self.min_fill.extend(more);
        self
    }

    /// That every field is one that a run by this profile counts.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] with the names that there are, or [`ErrorKind::Profile`] if the profile says it.
    pub fn check(&self, profile: &Profile) -> Result<()> {
        let counts = Counts::of(profile);
        let Some(wrong) =
            self.min_fill.iter().find(|floor| !counts.fields.contains_key(floor.field.as_str()))
        else {
            return Ok(());
        };
        let names: Vec<&str> = counts.fields.keys().map(String::as_str).collect();
        let message =
            format!("{} is no field of which a run counts how often it is filled", quote(&wrong.field));
        let error = match &wrong.place {
            Some((path, position)) => {
                let message = format!("key `gates.min_fill`: {message}");
                Error::new(ErrorKind::Profile, message).at(path).position(*position)
            }
            None => Error::new(ErrorKind::Options, message),
        };
        Err(error.hint(format!("use one of {}", names.join(", "))))
    }

    /// The verdict on each thing that a run with these counts is held against.
    ///
    /// A limit on a share or a number of rejects does not hold over nothing: a run without a page, or without a record, is
    /// no good run. One that nothing can pass, such as `0%` filled, is none.
    pub fn verdicts(&self, counts: &Counts) -> Vec<GateVerdict> {
        let with = |status| counts.records_by_status.get(status).copied().unwrap_or(0);
        let pages = counts.records + counts.rejects;
        let mut verdicts = Vec::new();
        let mut add = |gate: &str, (count, of): (u64, u64), limit: String, passed: bool| {
            verdicts.push(GateVerdict { gate: gate.to_owned(), count, of, limit, passed });
        };
        let none = |count: u64| ("none".to_owned(), count == 0);
        if self.fail_on != FailOn::Never {
            let (limit, passed) = none(with("error"));
            add("errors", (with("error"), counts.records), limit, passed);
        }
        if self.fail_on == FailOn::Warning {
            let (limit, passed) = none(with("warning"));
            add("warnings", (with("warning"), counts.records), limit, passed);
        }
        let rejects = match self.max_rejects {
            Some(MaxRejects::Count(most)) => {
                Some((format!("at most {most}"), pages > 0 && counts.rejects <= most))
            }
            Some(MaxRejects::Percent(most)) => {
                Some((format!("at most {most}%"), is_at_most(counts.rejects, pages, most)))
            }
            None if matches!(self.fail_on, FailOn::Error | FailOn::Never) => None,
            None => Some(none(counts.rejects)),
        };
        if let Some((limit, passed)) = rejects {
            add("rejects", (counts.rejects, pages), limit, passed);
        }
        if let Some(most) = self.max_unassigned {
            let (left, lines) = (counts.lines.unassigned, counts.lines.lines);
            add("unassigned", (left, lines), format!("at most {most}%"), is_at_most(left, lines, most));
        }
        for FillFloor { field, percent: least, .. } in &self.min_fill {
            let filled = counts.fields.get(field.as_str()).copied().unwrap_or(0);
            let is_filled = counts.records > 0 && filled as f64 * 100.0 >= least * counts.records as f64;
            let passed = is_filled || *least <= 0.0;
            add(&format!("fill.{field}"), (filled, counts.records), format!("at least {least}%"), passed);
        }
        verdicts
    }
}

fn is_at_most(count: u64, of: u64, percent: f64) -> bool {
    percent >= 100.0 || of > 0 && count as f64 * 100.0 <= percent * of as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::LineCounts;
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
            let gate = Gate { fail_on, max_rejects, ..Gate::default() };
            let got = gate.verdicts(&counts).iter().all(|verdict| verdict.passed);
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

    #[test]
    fn fields_and_lines_have_their_floors() {
        let counts = Counts {
            records: 10,
            fields: BTreeMap::from([("title".to_owned(), 9)]),
            lines: LineCounts { lines: 100, assigned: 90, chrome: 0, unassigned: 10 },
            ..Counts::default()
        };
        let check = |fill: f64, unassigned: f64, expected: [bool; 2]| {
            let gate = Gate {
                fail_on: FailOn::Never,
                max_rejects: None,
                min_fill: vec![floor("title", fill)],
                max_unassigned: Some(unassigned),
            };
            let passed: Vec<bool> = gate.verdicts(&counts).iter().map(|verdict| verdict.passed).collect();
            assert_eq!(passed, expected, "{fill} {unassigned}");
        };
        check(90.0, 10.0, [true, true]);
        check(90.1, 9.9, [false, false]);
        let check_empty = |max_rejects, fill: f64, unassigned: f64, expected: [bool; 3]| {
            let gate = Gate {
                fail_on: FailOn::Never,
                max_rejects: Some(max_rejects),
                min_fill: vec![floor("title", fill)],
                max_unassigned: Some(unassigned),
            };
            let verdicts = gate.verdicts(&Counts::default());
            let passed: Vec<bool> = verdicts.iter().map(|verdict| verdict.passed).collect();
            assert_eq!(passed, expected, "{max_rejects:?} {fill} {unassigned}");
        };
        check_empty(MaxRejects::Count(5), 1.0, 99.0, [false; 3]);
        check_empty(MaxRejects::Percent(5.0), 1.0, 99.0, [false; 3]);
        check_empty(MaxRejects::Percent(100.0), 0.0, 100.0, [true; 3]);
    }

    #[test]
    fn the_command_line_goes_before_the_profile_and_names_are_checked() {
        let profile = |gates: &str| {
            let text = format!(
                "name = \"x\"\nversion = 1\ndescription = \"d\"\n[[rules]]\nid = \"w\"\nfield = \"extra.ward\"\nlabel = [\"ward\"]\n{gates}"
            );
            Profile::from_toml(&text, std::path::Path::new("p.toml")).unwrap()
        };
        let own = Gate { min_fill: vec![floor("title", 50.0)], max_unassigned: Some(1.0), ..Gate::default() };
        let site = profile(
            "[gates]\nmax_rejects = \"5%\"\nmax_unassigned = \"9%\"\nmin_fill = { title = \"95%\", \"extra.ward\" = \"20%\" }\n",
        );
        let gate = own.or(&site.gates);
        assert_eq!((gate.max_rejects, gate.max_unassigned), (Some(MaxRejects::Percent(5.0)), Some(1.0)));
        let floors: Vec<(&str, f64)> =
            gate.min_fill.iter().map(|floor| (floor.field.as_str(), floor.percent)).collect();
        assert_eq!(floors, [("title", 50.0), ("extra.ward", 20.0)]);
        gate.check(&site).unwrap();
        let wrong = profile("[gates.min_fill]\nnonsense = \"1%\"\n");
        let error = Gate::default().or(&wrong.gates).check(&wrong).unwrap_err();
        assert!(error.to_string().starts_with("p.toml:9:1: key `gates.min_fill`: `nonsense`"), "{error}");
        let unknown = Gate { min_fill: vec![floor("nonsense", 1.0)], ..Gate::default() };
        assert_eq!(unknown.check(&site).unwrap_err().kind(), ErrorKind::Options);
    }

    fn floor(field: &str, percent: f64) -> FillFloor {
        FillFloor { field: field.into(), percent, place: None }
    }
}
