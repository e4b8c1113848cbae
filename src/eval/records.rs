//! The values of a run by page: records, and what rejects hold.

use crate::error::Result;
use crate::record::{Partial, Record, Reject};
use crate::records::{WholeRecords, record_file};
use std::collections::BTreeMap;
use std::path::Path;

/// What was extracted from a page.
pub(super) struct Extracted {
    pub(super) uri: String,
    pub(super) values: Partial<'static>,
    /// Whether the page has neither record nor reject.
    pub(super) is_missing: bool,
}

impl Extracted {
    /// Nothing, of a page without record and reject.
    pub(super) fn missing(name: &str) -> Self {
        Self { uri: name.to_owned(), values: Partial::default(), is_missing: true }
    }
}

/// The pages of a run directory (records and rejects) or of a file of whole records, by the name of the
/// page without folders and extension.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Extracted>> {
    let mut pages = BTreeMap::new();
    let mut add = |uri: String, values: Partial<'static>| {
        let name = uri.rsplit('/').next().unwrap_or(&uri);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        pages.insert(stem.to_owned(), Extracted { uri, values, is_missing: false });
    };
    // A chapter counts only where it came from the page.
    let mut records = WholeRecords::open_with_provenance(&record_file(path)?)?;
    while let Some((_, record)) = records.next_value::<Record>()? {
        add(record.source.uri.clone(), record.into_partial());
    }
    if path.is_dir() {
        let mut rejects = WholeRecords::open(&path.join("rejects.ndjson"))?;
        while let Some((_, reject)) = rejects.next_value::<Reject>()? {
            add(reject.source.uri, reject.partial);
        }
    }
    Ok(pages)
}
