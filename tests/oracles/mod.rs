//! What must hold whatever the bytes: one function for each kind of outside bytes.
//!
//! Each says what does not hold, or nothing. Property tests try them on generated input, the fuzz targets on
//! mutated input, and `tests/fuzz_corpus.rs` on what the fuzz targets have saved. None looks at a clock: work
//! is bounded by the size of what comes out.

#![allow(dead_code, unused_imports, reason = "each test and each target needs a part")]

pub(crate) mod blocks;
mod decode;
pub(crate) mod page;
mod profile;
mod records;
mod reference;

pub(crate) use decode::decode;
pub(crate) use page::{html, text};
pub(crate) use profile::profile;
#[cfg(feature = "parquet")]
pub(crate) use records::parquet;
pub(crate) use records::records;
pub(crate) use reference::reference;

/// Nothing, or what does not hold.
pub(crate) type Verdict = Result<(), String>;

/// Ends the function with what does not hold.
macro_rules! ensure {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err(format!($($what)+));
        }
    };
}
use ensure;
