//! JSON text on one line: the bytes that `serde_json` gives, in half the time.
//!
//! In: a value of types that have only what a record has: structures, lists, maps with names as keys, texts,
//! numbers. Out: its text. Nine bytes of ten are texts in which nothing has to be escaped; that is told for many
//! bytes at once, where `serde_json` looks each up in a table. All else is left to it.

use serde::Serialize;
use serde::ser::{
    Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use serde_json::{Error, Result};

/// Writes the text of `value` behind what `text` has.
///
/// # Errors
/// If the value has what no record has: bytes, or a variant with values that its name is not part of.
pub(super) fn write_json<T: Serialize>(text: &mut Vec<u8>, value: &T) -> Result<()> {
    value.serialize(Writer(text))
}

struct Writer<'t>(&'t mut Vec<u8>);

/// A structure, list or map under way.
struct Members<'t> {
    text: &'t mut Vec<u8>,
    is_empty: bool,
    close: u8,
}

impl<'t> Writer<'t> {
    fn quoted(self, text: &str) -> Result<()> {
        let mut rest = text.as_bytes();
        self.0.push(b'"');
        while let Some(at) = first_escaped(rest) {
            self.0.extend_from_slice(&rest[..at]);
            match rest[at] {
                b'\n' => self.0.extend_from_slice(b"\\n"),
                byte @ (b'"' | b'\\') => self.0.extend_from_slice(&[b'\\', byte]),
                control => {
                    // As serde_json has it, between its quotes.
                    let escape = serde_json::to_string(&char::from(control))?;
                    self.0.extend_from_slice(&escape.as_bytes()[1..escape.len() - 1]);
                }
            }
            rest = &rest[at + 1..];
        }
        self.0.extend_from_slice(rest);
        self.0.push(b'"');
        Ok(())
    }

    fn members(self, open: u8, close: u8) -> Result<Members<'t>> {
        self.0.push(open);
        Ok(Members { text: self.0, is_empty: true, close })
    }
}

impl Members<'_> {
    fn next(&mut self) -> Writer<'_> {
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
    let is_escaped = |&byte: &u8| (byte < b' ') | (byte == b'"') | (byte == b'\\');
    // A fold without an early end, which the compiler turns into vector instructions.
    let has_one = |chunk: &[u8]| chunk.iter().fold(false, |any, byte| any | is_escaped(byte));
    let start = text.chunks(CHUNK).position(has_one)? * CHUNK;
    text[start..].iter().position(is_escaped).map(|at| start + at)
}

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// What `serde_json` writes as well.
macro_rules! scalars {
    ($($method:ident $of:ty),*) => {
        $(fn $method(self, value: $of) -> Result<()> {
            serde_json::to_writer(self.0, &value)
        })*
    };
}

impl<'t> Serializer for Writer<'t> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'t>;
    type SerializeTuple = Members<'t>;
    type SerializeMap = Members<'t>;
    type SerializeStruct = Members<'t>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    scalars!(
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32,
        serialize_f64 f64, serialize_char char
    );

    fn serialize_str(self, text: &str) -> Result<()> {
        self.quoted(text)
    }

    fn serialize_none(self) -> Result<()> {
        self.0.extend_from_slice(b"null");
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
        self.quoted(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'t>> {
        self.members(b'[', b']')
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'t>> {
        self.members(b'[', b']')
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'t>> {
        self.members(b'{', b'}')
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'t>> {
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

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeTuple for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

impl SerializeMap for Members<'_> {
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

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.next().quoted(name)?;
        self.serialize_value(value)
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
        write_json(&mut text, value).unwrap();
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
