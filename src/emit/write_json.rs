//! JSON text on one line: the bytes that `serde_json` gives, in a quarter of the time.
//!
//! In: a value of types that have only what a record has: structures, lists, maps with names as keys, texts,
//! numbers. Out: its text. Nine bytes of ten are texts in which nothing has to be escaped; that is told for many
//! bytes at once, where `serde_json` looks each up in a table. Names of fields are written as they are.

use crate::count::any;
use serde::Serialize;
use serde::ser::{
    Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use serde_json::{Error, Result};

/// Writes the text of `value` behind what `text` has, in room for about so many bytes.
///
/// # Errors
/// If the value has what no record has: bytes, or a variant with values that its name is not part of.
pub(super) fn write_json<T: Serialize>(text: &mut Vec<u8>, value: &T, room: usize) -> Result<()> {
    let mut text = Text::behind(text, room);
    value.serialize(Writer(&mut text))
}

/// Text that is written into room made before: one look at its end serves for several bytes.
struct Text<'v> {
    /// As long as there is room; cut to the text when it is dropped.
    bytes: &'v mut Vec<u8>,
    len: usize,
}

impl<'v> Text<'v> {
    fn behind(bytes: &'v mut Vec<u8>, room: usize) -> Self {
        let len = bytes.len();
        bytes.resize(len + room, 0);
        Self { bytes, len }
    }

    /// The next so many bytes, to be written.
    #[inline]
    fn next(&mut self, len: usize) -> &mut [u8] {
        let start = self.len;
        self.len += len;
        if self.len > self.bytes.len() {
            self.grow();
        }
        &mut self.bytes[start..self.len]
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.resize(self.len * 2, 0);
    }

    #[inline(always)]
    fn push(&mut self, byte: u8) {
        self.next(1)[0] = byte;
    }

    #[inline(always)]
    fn extend(&mut self, bytes: &[u8]) {
        self.next(bytes.len()).copy_from_slice(bytes);
    }

    /// Bytes between quotes.
    #[inline(always)]
    fn quote(&mut self, bytes: &[u8]) {
        let quoted = self.next(bytes.len() + 2);
        quoted[0] = b'"';
        quoted[1..=bytes.len()].copy_from_slice(bytes);
        quoted[bytes.len() + 1] = b'"';
    }
}

impl Drop for Text<'_> {
    fn drop(&mut self) {
        self.bytes.truncate(self.len);
    }
}

struct Writer<'t, 'v>(&'t mut Text<'v>);

/// A structure, list or map under way.
struct Members<'t, 'v> {
    text: &'t mut Text<'v>,
    is_empty: bool,
    close: u8,
}

impl<'t, 'v> Writer<'t, 'v> {
    #[inline]
    fn quoted(self, text: &str) -> Result<()> {
        if any(text.as_bytes(), is_escaped) {
            return self.escaped(text);
        }
        self.0.quote(text.as_bytes());
        Ok(())
    }

    /// A text in which something has to be escaped.
    fn escaped(self, text: &str) -> Result<()> {
        let mut rest = text.as_bytes();
        self.0.push(b'"');
        while let Some(at) = first_escaped(rest) {
            self.0.extend(&rest[..at]);
            match rest[at] {
                b'\n' => self.0.extend(b"\\n"),
                byte @ (b'"' | b'\\') => self.0.extend(&[b'\\', byte]),
                control => {
                    // As serde_json has it, between its quotes.
                    let escape = serde_json::to_string(&char::from(control))?;
                    self.0.extend(&escape.as_bytes()[1..escape.len() - 1]);
                }
            }
            rest = &rest[at + 1..];
        }
        self.0.extend(rest);
        self.0.push(b'"');
        Ok(())
    }

    /// The name of a field or variant, in which nothing has to be escaped.
    #[inline(always)]
    fn name(self, name: &'static str) {
        debug_assert!(!any(name.as_bytes(), is_escaped), "{name}");
        self.0.quote(name.as_bytes());
    }

    fn members(self, open: u8, close: u8) -> Result<Members<'t, 'v>> {
        self.0.push(open);
        Ok(Members { text: self.0, is_empty: true, close })
    }
}

impl<'v> Members<'_, 'v> {
    #[inline(always)]
    fn next(&mut self) -> Writer<'_, 'v> {
        if !std::mem::take(&mut self.is_empty) {
            self.text.push(b',');
        }
        Writer(self.text)
    }

    fn close(self) -> Result<()> {
        self.text.push(self.close);
        Ok(())
    }
}

/// The place of the first byte that JSON escapes in a text.
fn first_escaped(text: &[u8]) -> Option<usize> {
    let start = text.chunks(STEP).position(|step| any(step, is_escaped))? * STEP;
    text[start..].iter().position(|&byte| is_escaped(byte)).map(|at| start + at)
}

/// Bytes that are looked at before any is looked at alone.
const STEP: usize = 64;

#[inline(always)]
fn is_escaped(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
}

/// What `serde_json` writes as well.
macro_rules! scalars {
    ($($method:ident $of:ty),*) => {
        $(fn $method(self, value: $of) -> Result<()> {
            self.0.extend(serde_json::to_string(&value)?.as_bytes());
            Ok(())
        })*
    };
}

macro_rules! integers {
    ($($method:ident $of:ty),*) => {
        $(#[inline]
        fn $method(self, value: $of) -> Result<()> {
            self.0.extend(itoa::Buffer::new().format(value).as_bytes());
            Ok(())
        })*
    };
}

impl<'t, 'v> Serializer for Writer<'t, 'v> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'t, 'v>;
    type SerializeTuple = Members<'t, 'v>;
    type SerializeMap = Members<'t, 'v>;
    type SerializeStruct = Members<'t, 'v>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    integers!(
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    );

    scalars!(serialize_bool bool, serialize_f32 f32, serialize_f64 f64, serialize_char char);

    fn serialize_str(self, text: &str) -> Result<()> {
        self.quoted(text)
    }

    fn serialize_none(self) -> Result<()> {
        self.0.extend(b"null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.name(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'t, 'v>> {
        self.members(b'[', b']')
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'t, 'v>> {
        self.members(b'[', b']')
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'t, 'v>> {
        self.members(b'{', b'}')
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'t, 'v>> {
        self.members(b'{', b'}')
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<()> {
        Err(no_record())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<()> {
        Err(no_record())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Error>> {
        Err(no_record())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>> {
        Err(no_record())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>> {
        Err(no_record())
    }
}

fn no_record() -> Error {
    Error::custom("no record has such a value")
}

impl SerializeSeq for Members<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeTuple for Members<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeMap for Members<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        key.serialize(self.next())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.text.push(b':');
        value.serialize(Writer(self.text))
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeStruct for Members<'_, '_> {
    type Ok = ();
    type Error = Error;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.next().name(name);
        self.text.push(b':');
        value.serialize(Writer(self.text))
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::full_record;
    use super::*;
    use crate::record::{Origin, Provenance};
    use proptest::prelude::*;

    fn check<T: Serialize>(value: &T) {
        let mut text = Vec::new();
        write_json(&mut text, value, 0).unwrap();
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
        check(&record);
        check(&record.clone().into_partial());
        record.sections.clear();
        record.title = None;
        check(&record);
    }

    #[test]
    fn numbers_are_those_of_serde_json() {
        check(&(0_u8, u64::MAX, i64::MIN, 1.5_f64, true, 'ä', ()));
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_by_serde_json(text in "[\\PC\"\\\\\u{0}-\u{1f}\u{7f}\u{2028}]{0,90}") {
            check(&text);
            check(&std::collections::BTreeMap::from([(text, 1)]));
        }
    }
}
