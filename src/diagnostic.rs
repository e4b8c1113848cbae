//! A finding about a page or its record: plain data that travels with the record.
//!
//! What each id means stands once, in [`catalogue`](crate::catalogue). A diagnostic is never an error of
//! the program.

use crate::span::{Line, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a finding means for the record.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the record is good.
    Info,
    /// Use the record with care.
    Warning,
    /// The record should not be used.
    Error,
}

impl Severity {
    /// The word used in records and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Stable id of a kind of finding: `N` and three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiagnosticId(pub u16);

impl fmt::Display for DiagnosticId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "N{:03}", self.0)
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its entry in the catalogue.
    pub id: DiagnosticId,
    /// The catalogue's severity, or the profile's where that says otherwise.
    pub severity: Severity,
    /// The field of the record it is about, such as `code` or `sections`.
    pub field: Option<&'static str>,
    /// Where: 1-based line of the file.
    pub line: Option<Line>,
    /// Where: bytes of [`Page::text`](crate::page::Page::text).
    pub span: Option<Span>,
    /// What was found and what to do, one line; text of the page in it is quoted, escaped and cut.
    pub message: String,
}
