//! The ICD-10 classification: the shape of codes, reading them from print, and what a release says of them.
//!
//! In: words of a page, or a file of the classification. Out: a [`Code`], and a [`Reference`] that knows
//! titles, chapters, blocks, parents and children. The ICD-10-CM release that is built in is a work of the
//! US government (NCHS/CDC, see `NOTICE`); any other edition is read from a file of the user's. Decides
//! nothing about a page: whether a code-shaped word *is* the page's code is for the rules to say.

mod chapter;
mod code;
mod embedded;
mod fold;
mod load;
mod read;
mod reference;
mod scan;
mod search;
mod shelf;

pub use chapter::{IcdBlock, IcdChapter};
pub use code::{Code, CodeRange};
pub use embedded::{Sources, build};
pub use fold::{same_title, titles_share_words};
pub use read::{ReadCode, Repair};
pub use reference::{Entry, Reference, Verdict};
pub use scan::find_codes;
