//! What a run is held against, as a profile says it.

use crate::error::Position;
use std::path::PathBuf;

/// What a run by a profile is held against, unless its user says otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates {
    /// How many rejects are bearable.
    pub max_rejects: Option<MaxRejects>,
    /// The percentage of lines that may be left over.
    pub max_unassigned: Option<f64>,
    /// In how many records a field has to be filled; a run knows the fields.
    pub min_fill: Vec<FillFloor>,
}

impl Gates {
    /// How many there are.
    pub fn count(&self) -> usize {
        usize::from(self.max_rejects.is_some())
            + usize::from(self.max_unassigned.is_some())
            + self.min_fill.len()
    }
}

/// How many rejects are bearable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxRejects {
    /// So many.
    Count(u64),
    /// So many in a hundred pages.
    Percent(f64),
}

/// In how many records a field has to be filled.
#[derive(Clone, Debug, PartialEq)]
pub struct FillFloor {
    /// A name in the `counts.fields` of a run.
    pub field: String,
    /// Percentage of the records.
    pub percent: f64,
    /// Where a profile says so.
    pub place: Option<(PathBuf, Position)>,
}

impl MaxRejects {
    /// Reads `5`, or `2.5%` of the pages.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix('%') {
            Some(_) => parse_percent(text).map(Self::Percent),
            None => text.parse().ok().map(Self::Count),
        }
    }
}

/// Reads a percentage from `0%` to `100%`.
pub fn parse_percent(text: &str) -> Option<f64> {
    let percent: f64 = text.strip_suffix('%')?.parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent)
}
