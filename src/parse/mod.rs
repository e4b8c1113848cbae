//! Bytes or text of a page to its document.

pub mod headings;
