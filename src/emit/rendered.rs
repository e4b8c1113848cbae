//! A record as the formats take it.
//!
//! In: a record, by any thread. Out: its JSON text, its rows as CSV and what it adds to the counts; they can
//! be packed, kept and unpacked without the record. Findings that come later, from other pages, are put into
//! all of them as if they had been made anew. Never changes a value.

use super::counts::PageCounts;
use super::csv::Rows;
use super::packed::{self, Parts};
use super::write_json::WriteJson;
use crate::error::{Error, ErrorKind, Result};
use crate::extraction::RuleUses;
use crate::record::{Finding, Record, Status};
use memchr::memmem::Finder;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// What later findings change in the JSON text of a record. Put in where it is written, since a copy of the text would
/// cost more than all the rest that is done with a page at the end.
#[derive(Clone, Debug)]
struct Later {
    /// Where the text tells the status.
    at: Range<usize>,
    status: Status,
    /// The findings and what stands behind them, the text's end.
    end: Vec<u8>,
}

/// What outputs take of a record.
#[derive(Clone, Debug)]
pub struct Rendered<'a> {
    /// Without what was found later.
    json: Cow<'a, [u8]>,
    later: Option<Later>,
    counts: PageCounts<'a>,
    /// If a table is written as CSV.
    rows: Option<Rows<'a>>,
    /// If it is at hand.
    record: Option<&'a Record<'a>>,
}

impl<'a> Rendered<'a> {
    /// Of a record, with what each rule did on its page.
    pub fn of(record: &'a Record<'a>, uses: &'a RuleUses) -> Self {
        Self {
            json: json(record).into(),
            later: None,
            counts: PageCounts::of_record(record, uses),
            rows: None,
            record: Some(record),
        }
    }

    /// With the record itself, where it is at hand, for those who look into it.
    #[must_use]
    pub fn with_record(self, record: Option<&'a Record<'a>>) -> Self {
        Self { record, ..self }
    }

    /// Its JSON text on one line, without a line end.
    pub fn json(&self) -> Cow<'_, [u8]> {
        match self.later {
            Some(_) => self.json_parts().concat().into(),
            None => Cow::Borrowed(&self.json),
        }
    }

    /// [`Rendered::json`] in pieces, one behind the other.
    pub(super) fn json_parts(&self) -> [&[u8]; 4] {
        let Some(Later { at, status, end }) = &self.later else { return [&self.json, b"", b"", b""] };
        // The findings are the record's last field.
        let rest = self.json[at.end..].strip_suffix(RECORD_END).unwrap_or_default();
        [&self.json[..at.start], status.as_str().as_bytes(), rest, end]
    }

    /// What it adds to the counts.
    pub fn counts(&self) -> &PageCounts<'a> {
        &self.counts
    }

    /// Whether its rows have been made.
    pub fn has_rows(&self) -> bool {
        self.rows.is_some()
    }

    pub(super) fn rows(&self) -> Result<Cow<'_, Rows<'_>>> {
        match &self.rows {
            Some(rows) => Ok(Cow::Borrowed(rows)),
            None => Ok(Cow::Owned(Rows::of(&*self.record()?))),
        }
    }

    /// The record, read back from its text where it is not at hand.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if the text is not that of a record: a bug, or memory that fails.
    pub fn record(&self) -> Result<Cow<'_, Record<'_>>> {
        if let Some(record) = self.record {
            return Ok(Cow::Borrowed(record));
        }
        serde_json::from_slice(&self.json()).map(Cow::Owned).map_err(|error| {
            Error::new(ErrorKind::Output, "a record cannot be read back from its text")
                .source(error)
                .hint("run again with `--fresh`; if that does not help, please report it")
        })
    }

    /// Adds what was found by comparing pages, and brings the status up to it. A record that was at hand has
    /// had its time.
    pub fn add_findings(&mut self, findings: &[Finding]) {
        let own = self.counts.diagnostics();
        let before = self.counts.status().unwrap_or(Status::Ok);
        let status = before.max(Status::of(findings.iter().map(|finding| finding.severity)));
        let bytes = || findings.iter().map(|finding| FINDING_BYTES + finding.message.len()).sum::<usize>();
        let end = self.later.take().map(|later| without_end(later.end));
        let mut end = end.unwrap_or_else(|| Vec::with_capacity(bytes()));
        for (finding, at) in findings.iter().zip(own..) {
            if at > 0 {
                end.push(b',');
            }
            finding.write_json(&mut end);
        }
        end.extend_from_slice(RECORD_END);
        self.later = Some(Later { at: status_in(&self.json), status, end });
        self.counts.add_findings(findings, status);
        if let Some(rows) = &mut self.rows {
            rows.add_findings(own, findings, (before, status));
        }
        self.record = None;
    }

    #[cfg(test)]
    pub(super) fn with_json(self, json: &'a [u8]) -> Self {
        Self { json: json.into(), ..self }
    }

    /// Packs what [`Rendered::of`] makes of a record, each part written where it is to stand. The JSON
    /// text comes last; how many bytes it has.
    pub(crate) fn pack(record: &Record<'_>, uses: &RuleUses, with_rows: bool, into: &mut Vec<u8>) -> usize {
        PageCounts::of_record(record, uses).pack(into);
        into.push(with_rows.into());
        if with_rows {
            Rows::of(record).pack(into);
        }
        packed::put_written(into, |into| record.write_json(into))
    }

    pub(crate) fn unpack(parts: &mut Parts<'a>) -> Option<Self> {
        let counts = PageCounts::unpack(parts)?;
        let rows = if parts.byte()? == 1 { Some(Rows::unpack(parts)?) } else { None };
        let json = parts.bytes()?.into();
        Some(Self { json, later: None, counts, rows, record: None })
    }
}

/// JSON text of a record or reject on one line.
pub(crate) fn json(value: &impl WriteJson) -> Vec<u8> {
    let mut text = Vec::new();
    value.write_json(&mut text);
    text
}

/// The end of a record's JSON text up to where a further finding stands.
fn without_end(mut end: Vec<u8>) -> Vec<u8> {
    end.truncate(end.len() - RECORD_END.len());
    end
}

/// Makes of a record's JSON text behind `start` what it was before findings were added: `len` bytes with this
/// status. Of any other text it makes anything.
pub(crate) fn without_findings(text: &mut Vec<u8>, start: usize, len: usize, status: Status) {
    if text.len() - start == len {
        return;
    }
    let Range { start: from, end } = status_in(&text[start..]);
    text.splice(start + from..start + end, status.as_str().bytes());
    text.truncate((start + len).saturating_sub(RECORD_END.len()));
    text.extend_from_slice(RECORD_END);
}

/// Bytes of a finding's JSON text without its message, mostly.
const FINDING_BYTES: usize = 96;

/// The end of a record's JSON text.
const RECORD_END: &[u8] = b"]}";

/// Where a record's JSON text tells its status.
fn status_in(json: &[u8]) -> Range<usize> {
    // No text of a page can hold this: a quote in a JSON string is escaped.
    static STATUS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b",\"status\":\""));
    let start = STATUS.find(json).map_or(0, |at| at + STATUS.needle().len());
    start..start + memchr::memchr(b'"', &json[start..]).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::emit::tests::full_record;

    fn packed(record: &Record<'_>, uses: &RuleUses) -> Vec<u8> {
        let mut bytes = Vec::new();
        Rendered::pack(record, uses, true, &mut bytes);
        bytes
    }

    #[test]
    fn later_findings_are_put_into_all_of_it_as_if_it_were_made_anew() {
        let uses = RuleUses([1, 3].into());
        let finding = full_record().diagnostics[0].clone();
        let severities = [Severity::Info, Severity::Warning, Severity::Error];
        for (own, more, severity) in
            (0..3).flat_map(|own| (1..3).flat_map(move |more| severities.map(|it| (own, more, it))))
        {
            let mut record = full_record();
            record.source.uri = "a,\"status\":\"b,\r\n".into();
            record.diagnostics = vec![finding.clone(); own];
            record.status = Status::of(record.diagnostics.iter().map(|finding| finding.severity));
            let before = packed(&record, &uses);
            let later = vec![Finding { severity, message: "= \"later\"".into(), ..finding.clone() }; more];
            record.diagnostics.extend_from_slice(&later);
            record.status = Status::of(record.diagnostics.iter().map(|finding| finding.severity));
            let mut page = Rendered::unpack(&mut Parts(&before)).unwrap();
            page.add_findings(&later);
            let anew = Rendered::of(&record, &uses);
            assert_eq!(String::from_utf8_lossy(&page.json()), String::from_utf8_lossy(&anew.json()));
            assert_eq!(page.counts(), anew.counts());
            assert_eq!(page.rows().unwrap(), anew.rows().unwrap(), "{own} {more} {severity:?}");
            assert_eq!(*page.record().unwrap(), record);
            let mut json = [b"before", &*page.json()].concat();
            let first = Rendered::unpack(&mut Parts(&before)).unwrap();
            without_findings(&mut json, 6, first.json().len(), first.counts().status().unwrap());
            assert_eq!(String::from_utf8_lossy(&json[6..]), String::from_utf8_lossy(&first.json()));
        }
    }

    #[test]
    fn findings_are_taken_out_of_any_bytes() {
        let json = json(&full_record());
        for end in (0..json.len()).step_by(7) {
            for len in [0, 1, 2, end / 2, json.len() + 9] {
                without_findings(&mut json[..end].to_vec(), end / 3, len, Status::Ok);
            }
        }
    }

    #[test]
    fn a_part_of_what_was_packed_is_nothing() {
        let whole = packed(&full_record(), &RuleUses::default());
        for end in 0..whole.len() {
            assert!(Rendered::unpack(&mut Parts(&whole[..end])).is_none(), "{end}");
        }
    }
}
