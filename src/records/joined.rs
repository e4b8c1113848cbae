//! Whole records from the CSV tables of a run: `records.csv` and the child tables beside it.
//!
//! All tables have their rows in the order of the records, so they are read side by side, a row of each at a time.
//! Rows of a child table that belong to no record, as after one was removed by hand, are passed over and told
//! once; to know them, the ids of `records.csv` are read first: 16 bytes a record. The tables have all of a record
//! but its provenance.

use super::lenient::empty_record;
use super::table::{CsvTable, add_child, fill, foreign, has_field};
use super::{Content, FIELDS, Fault, Reading, Row};
use crate::emit::columns::TABLES;
use crate::error::Result;
use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

type Csv = CsvTable<BufReader<File>>;

/// The tables of a run on their way to records.
pub(super) struct JoinedTables {
    records: Csv,
    children: Vec<Child>,
    /// Fields of a record that no table has.
    missing: Vec<&'static str>,
    /// Keys of the records that were not met yet.
    to_come: HashSet<[u8; 16]>,
    /// Rows that wait to be given out.
    told: VecDeque<Row>,
}

/// A child table.
struct Child {
    name: &'static str,
    csv: Csv,
    /// The line of a row that was read and belongs to a record to come.
    waiting: Option<u64>,
    /// How many rows belong to no record, and the line of the first.
    strays: Option<(u64, u64)>,
}

impl std::fmt::Debug for JoinedTables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinedTables").field("missing", &self.missing).finish_non_exhaustive()
    }
}

impl JoinedTables {
    /// Opens `records.csv` and the tables beside it; `None` if it is something else or stands alone.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::error::ErrorKind::Input) if one of them cannot be read.
    pub(super) fn open(path: &Path) -> Result<Option<Self>> {
        let [table, child_tables @ ..] = &*TABLES;
        if path.file_name().is_none_or(|name| name != "records.csv") {
            return Ok(None);
        }
        let Some(records) = open(path)? else { return Ok(None) };
        let has = |name: &str| records.names().iter().any(|of| of == name);
        let mut children = Vec::new();
        for child in child_tables {
            let path = path.with_file_name(format!("{}.csv", child.name));
            if path.is_file()
                && let Some(csv) = open(&path)?
            {
                children.push(Child { name: child.name, csv, waiting: None, strays: None });
            }
        }
        if children.is_empty() || !table.primary_key.iter().all(|key| has(key)) {
            return Ok(None);
        }
        let is_child = |field: &&str| children.iter().any(|child| child.name == *field);
        let missing =
            FIELDS.into_iter().filter(|field| !has_field(table, field, &has) && !is_child(field)).collect();
        let mut told: VecDeque<Row> = foreign(table, records.names()).map(columns).into_iter().collect();
        for (child, table) in children
            .iter()
            .filter_map(|child| Some((child, child_tables.iter().find(|of| of.name == child.name)?)))
        {
            told.extend(foreign(table, child.csv.names()).map(columns));
        }
        Ok(Some(Self { records, children, missing, to_come: ids(path)?, told }))
    }

    /// The next row of `records.csv` with all that belongs to it; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::error::ErrorKind::Input) if a table cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Row>> {
        if let Some(row) = self.told.pop_front() {
            return Ok(Some(row));
        }
        let (line, row) = match self.records.next()? {
            Some(row) => row,
            None => return self.strays(),
        };
        if let Err(message) = row {
            return Ok(Some(Row { line, content: Content::Malformed(message) }));
        }
        let mut reading =
            Box::new(Reading { record: empty_record(), missing: self.missing.clone(), faults: Vec::new() });
        fill(&mut reading, &|name| self.records.cell(name));
        self.to_come.remove(&key(&reading.record.record_id));
        for child in &mut self.children {
            child.take(Some(&mut reading), &self.to_come)?;
        }
        Ok(Some(Row { line, content: Content::Record(reading) }))
    }

    /// What is told at the end, of each table once.
    fn strays(&mut self) -> Result<Option<Row>> {
        for child in &mut self.children {
            child.take(None, &self.to_come)?;
            if let Some((count, first)) = child.strays.take() {
                let message = format!(
                    "rows of `{}.csv` that belong to no record, or do not stand in the order of `records.csv`: {count}, \
                     the first on line {first}; remove them, or run again",
                    child.name
                );
                self.told.push_back(Row { line: 1, content: Content::Malformed(message) });
            }
        }
        Ok(self.told.pop_front())
    }
}

impl Child {
    /// Gives the rows that come next to the record, as far as they are its own.
    fn take(&mut self, mut reading: Option<&mut Reading>, to_come: &HashSet<[u8; 16]>) -> Result<()> {
        loop {
            let line = match self.waiting.take() {
                Some(line) => line,
                None => match self.csv.next()? {
                    None => return Ok(()),
                    Some((line, Ok(()))) => line,
                    Some((line, Err(message))) => {
                        if let Some(reading) = &mut reading {
                            let message = self.placed(line, &message);
                            reading.faults.push(Fault { field: self.name.to_owned(), message });
                        }
                        continue;
                    }
                },
            };
            let id = self.csv.cell("record_id");
            match &mut reading {
                Some(reading) if reading.record.record_id == id => {
                    let before = reading.faults.len();
                    add_child(reading, self.name, &|name| self.csv.cell(name));
                    for fault in &mut reading.faults[before..] {
                        fault.message = self.placed(line, &fault.message);
                    }
                }
                _ if to_come.contains(&key(&id)) => {
                    self.waiting = Some(line);
                    return Ok(());
                }
                _ => {
                    let (count, first) = self.strays.unwrap_or((0, line));
                    self.strays = Some((count + 1, first));
                }
            }
        }
    }

    fn placed(&self, line: u64, message: &str) -> String {
        format!("line {line} of `{}.csv`: {message}", self.name)
    }
}

fn open(path: &Path) -> Result<Option<Csv>> {
    CsvTable::open(path, super::open(path)?)
}

/// The keys of all records of a table.
fn ids(path: &Path) -> Result<HashSet<[u8; 16]>> {
    let mut keys = HashSet::new();
    let Some(mut records) = open(path)? else { return Ok(keys) };
    while let Some((_, row)) = records.next()? {
        if row.is_ok() {
            keys.insert(key(&records.cell("record_id")));
        }
    }
    Ok(keys)
}

/// Half of the digest of an id.
fn key(id: &str) -> [u8; 16] {
    let digest = blake3::hash(id.as_bytes());
    std::array::from_fn(|at| digest.as_bytes()[at])
}

fn columns(message: String) -> Row {
    Row { line: 1, content: Content::Columns(message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::{full_record, published};
    use crate::emit::{CsvEmitter, Emitter, Rendered};
    use crate::extraction::RuleUses;
    use crate::record::{Provenance, Record, Section};

    /// A folder with the tables of these records.
    fn tables(records: &[Record<'_>]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut emitter = Box::new(CsvEmitter::create(folder.path()).unwrap());
        for record in records {
            emitter.emit(&Rendered::of(record, &RuleUses::default())).unwrap();
        }
        published(emitter);
        folder
    }

    /// Three records of which the second has no lists.
    fn three() -> Vec<Record<'static>> {
        let record = |id: &str| Record { record_id: id.to_owned().into(), ..full_record() };
        let mut records = vec![record("a"), record("b"), record("c")];
        (records[1].sections, records[1].key_points) = (Vec::new(), Vec::new());
        records[2].sections.push(Section { position: 2, ..full_record().sections[0].clone() });
        records
    }

    fn read(folder: &Path) -> Vec<Row> {
        let mut joined = JoinedTables::open(&folder.join("records.csv")).unwrap().unwrap();
        std::iter::from_fn(|| joined.next().unwrap()).collect()
    }

    #[test]
    fn records_come_back_whole_but_for_provenance() {
        let records = three();
        let folder = tables(&records);
        let rows = read(folder.path());
        assert_eq!(rows.len(), 3);
        for ((row, record), line) in rows.iter().zip(&records).zip(2..) {
            let Content::Record(reading) = &row.content else { panic!("{row:?}") };
            let expected = Record { provenance: Provenance::default(), ..record.clone() };
            assert_eq!((&reading.record, row.line), (&expected, line));
            assert_eq!((reading.missing.as_slice(), reading.faults.len()), (&["provenance"][..], 0));
        }
    }

    #[test]
    fn rows_of_no_record_cost_only_themselves() {
        let folder = tables(&three());
        let path = folder.path().join("records.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("a,")).collect();
        std::fs::write(&path, kept.join("\n") + "\n").unwrap();
        let sections = folder.path().join("sections.csv");
        let text = std::fs::read_to_string(&sections).unwrap().replace("c,2,", "c,two,");
        std::fs::write(&sections, text).unwrap();
        let rows = read(folder.path());
        let told: Vec<String> = rows
            .iter()
            .map(|row| match &row.content {
                Content::Record(reading) => {
                    format!(
                        "{} {} {:?}",
                        reading.record.record_id,
                        reading.record.sections.len(),
                        reading.faults
                    )
                }
                Content::Malformed(message) => message.clone(),
                Content::Columns(message) => message.clone(),
            })
            .collect();
        assert_eq!(told[0], "b 0 []");
        assert!(
            told[1].starts_with(
                "c 2 [Fault { field: \"position\", message: \"line 4 of `sections.csv`: `position` is"
            ),
            "{told:?}"
        );
        assert_eq!(told.len(), 2 + 4, "{told:?}");
        assert!(
            told[2].contains("`sections.csv`") && told[2].contains(": 1, the first on line 2"),
            "{told:?}"
        );
    }

    #[test]
    fn a_table_alone_is_not_joined() {
        let folder = tables(&three());
        assert!(JoinedTables::open(&folder.path().join("sections.csv")).unwrap().is_none());
        for name in ["sections", "key_points", "diagnosis_codes", "diagnostics"] {
            std::fs::remove_file(folder.path().join(format!("{name}.csv"))).unwrap();
        }
        assert!(JoinedTables::open(&folder.path().join("records.csv")).unwrap().is_none());
    }
}
