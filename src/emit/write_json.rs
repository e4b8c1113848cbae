//! JSON text on one line: the bytes that `serde_json` gives, in a sixth of the time.
//!
//! In: a record, a reject, or a part of one. Out: its text. Names of fields stand between the values as constants,
//! told once a type below; a field that is left out there does not compile. Nine bytes of ten are texts in which
//! nothing has to be escaped; that is told for many bytes at once, where `serde_json` looks each up in a table.

use crate::count::position;
use crate::diagnostic::Severity;
use crate::page::Format;
use crate::record::{
    Category, Chapter, CodeKind, CodeStatus, Coverage, DiagnosisCode, DiagnosisCodes, DiagnosisCodesStatus,
    ExtraValue, Finding, IcdBlock, Item, KeyPoint, Origin, Partial, Provenance, Record, Reject, Section,
    Source, Status,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What has a form in JSON.
pub(crate) trait WriteJson {
    /// Adds the text of the value.
    fn write_json(&self, text: &mut Vec<u8>);
}

/// A structure by its fields, in the order in which they are written.
macro_rules! objects {
    ($($of:ty { $first:ident $(, $field:ident)* })*) => {$(
        impl WriteJson for $of {
            fn write_json(&self, text: &mut Vec<u8>) {
                let Self { $first $(, $field)* } = self;
                text.extend_from_slice(concat!("{\"", stringify!($first), "\":").as_bytes());
                $first.write_json(text);
                $(
                    text.extend_from_slice(concat!(",\"", stringify!($field), "\":").as_bytes());
                    $field.write_json(text);
                )*
                text.push(b'}');
            }
        }
    )*};
}

objects! {
    Record<'_> {
        record_id, source, profile, reference, status, title, code, code_system, code_status, code_kind, code_title,
        billable, chapter, block, category, sections, key_points, diagnosis_codes, extra, coverage, provenance,
        diagnostics
    }
    Reject<'_> { record_id, source, profile, reference, partial, diagnostics }
    Partial<'_> {
        title, code, code_system, chapter, sections, key_points, diagnosis_codes, extra, coverage, provenance
    }
    Source { uri, url, format, encoding, bytes, hash }
    Chapter<'_> { number, roman, range, title }
    IcdBlock<'_> { range, title }
    Category<'_> { code, title }
    Section<'_> { position, level, heading, text, items }
    Item<'_> { marker, text, depth }
    KeyPoint<'_> { number, text }
    DiagnosisCodes<'_> { status, codes }
    DiagnosisCode<'_> { code, title }
    Coverage { lines, assigned, chrome, unassigned }
    Finding { id, severity, field, line, message }
}

/// Words in which nothing has to be escaped.
macro_rules! words {
    ($($of:ty)*) => {$(
        impl WriteJson for $of {
            fn write_json(&self, text: &mut Vec<u8>) {
                plain(self.as_str(), text);
            }
        }
    )*};
}

words! { Format Status Severity CodeStatus CodeKind DiagnosisCodesStatus }

macro_rules! integers {
    ($($of:ty)*) => {$(
        impl WriteJson for $of {
            #[inline]
            fn write_json(&self, text: &mut Vec<u8>) {
                text.extend_from_slice(itoa::Buffer::new().format(*self).as_bytes());
            }
        }
    )*};
}

integers! { u8 u32 u64 }

impl WriteJson for bool {
    fn write_json(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl WriteJson for str {
    fn write_json(&self, text: &mut Vec<u8>) {
        text.push(b'"');
        let mut rest = self.as_bytes();
        while let Some(at) = position(rest, is_escaped) {
            text.extend_from_slice(&rest[..at]);
            escape(rest[at], text);
            rest = &rest[at + 1..];
        }
        text.extend_from_slice(rest);
        text.push(b'"');
    }
}

impl WriteJson for String {
    #[inline]
    fn write_json(&self, text: &mut Vec<u8>) {
        self.as_str().write_json(text);
    }
}

impl WriteJson for Cow<'_, str> {
    #[inline]
    fn write_json(&self, text: &mut Vec<u8>) {
        (**self).write_json(text);
    }
}

impl<T: WriteJson> WriteJson for Option<T> {
    #[inline]
    fn write_json(&self, text: &mut Vec<u8>) {
        match self {
            Some(value) => value.write_json(text),
            None => text.extend_from_slice(b"null"),
        }
    }
}

impl<T: WriteJson> WriteJson for Vec<T> {
    fn write_json(&self, text: &mut Vec<u8>) {
        text.push(b'[');
        for (at, value) in self.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            value.write_json(text);
        }
        text.push(b']');
    }
}

impl WriteJson for ExtraValue<'_> {
    fn write_json(&self, text: &mut Vec<u8>) {
        match self {
            Self::Text(value) => value.write_json(text),
            Self::List(values) => values.write_json(text),
        }
    }
}

impl WriteJson for BTreeMap<Cow<'_, str>, ExtraValue<'_>> {
    fn write_json(&self, text: &mut Vec<u8>) {
        members(self.iter().map(|(name, value)| (&**name, value)), text);
    }
}

impl WriteJson for Provenance<'_> {
    fn write_json(&self, text: &mut Vec<u8>) {
        members(self.0.iter().map(|(path, origin)| (path.as_str(), origin)), text);
    }
}

impl WriteJson for Origin<'_> {
    fn write_json(&self, text: &mut Vec<u8>) {
        let Self::Page { rule, line, bytes, parts } = self else {
            text.extend_from_slice(b"{\"from\":\"reference\"}");
            return;
        };
        text.extend_from_slice(b"{\"from\":\"page\",\"rule\":");
        rule.write_json(text);
        text.extend_from_slice(b",\"line\":");
        line.write_json(text);
        text.extend_from_slice(b",\"bytes\":");
        bytes.write_json(text);
        if !parts.is_empty() {
            text.extend_from_slice(b",\"parts\":");
            parts.write_json(text);
        }
        text.push(b'}');
    }
}

impl WriteJson for [u32; 2] {
    fn write_json(&self, text: &mut Vec<u8>) {
        text.push(b'[');
        self[0].write_json(text);
        text.push(b',');
        self[1].write_json(text);
        text.push(b']');
    }
}

/// Values by names that pages and profiles chose.
fn members<'m, T: WriteJson + 'm>(members: impl Iterator<Item = (&'m str, &'m T)>, text: &mut Vec<u8>) {
    text.push(b'{');
    for (at, (name, value)) in members.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        name.write_json(text);
        text.push(b':');
        value.write_json(text);
    }
    text.push(b'}');
}

fn plain(word: &str, text: &mut Vec<u8>) {
    text.push(b'"');
    text.extend_from_slice(word.as_bytes());
    text.push(b'"');
}

#[inline(always)]
fn is_escaped(byte: u8) -> bool {
    // 0xe0: the bits of which a control has none.
    (byte & 0xe0).min(byte ^ b'"').min(byte ^ b'\\') == 0
}

/// The escape that `serde_json` has for a byte.
fn escape(byte: u8, text: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'\n' => b'n',
        b'"' | b'\\' => byte,
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
            text.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            return;
        }
    };
    text.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::super::tests::full_record;
    use super::*;
    use proptest::prelude::*;
    use serde::Serialize;

    #[track_caller]
    fn check<T: WriteJson + Serialize + ?Sized>(value: &T) {
        let mut text = Vec::new();
        value.write_json(&mut text);
        assert_eq!(String::from_utf8(text).unwrap(), serde_json::to_string(value).unwrap());
    }

    #[test]
    fn a_record_is_written_as_by_serde_json() {
        let mut record = full_record();
        let page = |parts| Origin::Page { rule: "a".into(), line: 7, bytes: [0, u32::MAX], parts };
        record.provenance = Provenance(vec![
            ("title".into(), page(vec![])),
            ("sections[0].text".into(), page(vec![[1, 2], [3, 4]])),
            ("block".into(), Origin::Reference),
        ]);
        record.extra.insert("a \"b\"".into(), ExtraValue::Text("c".into()));
        check(&record);
        let Record { record_id, source, profile, reference, diagnostics, .. } = record.clone();
        let partial = record.clone().into_partial();
        check(&Reject { record_id, source, profile, reference, partial, diagnostics });
        record.sections.clear();
        record.title = None;
        check(&record);
    }

    #[test]
    fn words_are_those_of_serde_json() {
        check(&vec![Format::Text, Format::Html]);
        check(&vec![Status::Ok, Status::Warning, Status::Error]);
        check(&vec![Severity::Info, Severity::Warning, Severity::Error]);
        check(&vec![CodeStatus::Valid, CodeStatus::Header, CodeStatus::Retired, CodeStatus::Unknown]);
        check(&vec![CodeKind::Category, CodeKind::Subcategory, CodeKind::Code]);
        use DiagnosisCodesStatus::*;
        check(&vec![Listed, NotAvailable, Absent]);
        check(&vec![Some(true), Some(false), None]);
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_by_serde_json(text in "[\\PC\"\\\\\u{0}-\u{1f}\u{7f}\u{2028}]{0,90}") {
            check(text.as_str());
        }
    }
}
