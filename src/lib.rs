//! Turns scraped disease pages into validated, traceable records.
//!
//! ```text
//! read -> parse -> extract -> validate -> normalize -> emit
//! Page    Document Extraction Diagnostics Record/Reject files
//! ```

pub mod catalogue;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
mod count;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod draft;
pub mod emit;
pub mod error;
pub mod eval;
pub mod explain;
pub mod export;
pub mod extract;
pub mod extraction;
pub mod icd;
pub mod limits;
pub mod normalize;
pub mod page;
pub mod parse;
pub mod pipeline;
pub mod profile;
pub mod rates;
pub mod read;
pub mod record;
pub mod records;
pub mod report;
pub mod retry;
pub mod rule_coverage;
pub mod run;
pub mod span;
mod trees;
pub mod trial;
pub mod validate;
pub mod verify;
mod word;
