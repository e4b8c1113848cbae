//! Makes `src/icd/data/icd-10-cm.bin` anew from the files of a release of ICD-10-CM.
//!
//! ```text
//! cargo run --release --example build_reference -- FOLDER
//! ```
//!
//! FOLDER holds the tabular list, the code list and the changes under the names below. Edit these and the
//! release when a new one comes out; the counts in the tests of `icd` tell what changed.

use nosograph::error::{Error, ErrorKind, Result};
use nosograph::icd::{Sources, build};
use std::path::{Path, PathBuf};

const TABULAR: &str = "icd10c-tabular-April-1-2026.xml";
const CODE_LIST: &str = "code-list-April-2026.txt";
const CHANGES: &str = "changes-2025-to-april-2026.tsv";

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or_else(|| {
        Error::new(
            ErrorKind::Options,
            "no folder was given, expected the one that holds the files of the release",
        )
    })?;
    let (tabular, code_list, changes) =
        (read(&folder, TABULAR)?, read(&folder, CODE_LIST)?, read(&folder, CHANGES)?);
    let data = build(&Sources {
        tabular: (TABULAR, &tabular),
        code_list: (CODE_LIST, &code_list),
        changes: (CHANGES, &changes),
        release: "2026-04",
        release_before: "2025",
    })?;
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/icd/data/icd-10-cm.bin");
    std::fs::write(&target, data)
        .map_err(|error| Error::new(ErrorKind::Output, "cannot be written").at(&target).source(error))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let path = folder.join(name);
    std::fs::read(&path)
        .map_err(|error| Error::new(ErrorKind::Input, "cannot be read").at(&path).source(error))
}
