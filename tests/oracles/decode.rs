//! Bytes to a page.

use super::{Verdict, ensure, page};
use encoding_rs::Encoding;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::profile::Profile;
use nosograph::read::{ReadOptions, ReadOutcome, read_page};
use nosograph::span::Span;
use std::sync::LazyLock;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("article").unwrap().unwrap());

/// Any bytes as a file, under names that say different things.
pub(crate) fn decode(bytes: &[u8]) -> Verdict {
    for uri in ["page", "page.txt", "page.html"] {
        let read = || read_page(uri, bytes.to_vec(), &ReadOptions::default());
        match (read(), read()) {
            (ReadOutcome::Page(one), ReadOutcome::Page(other)) => {
                let known = |page: &Page| (page.format, page.encoding, page.text().to_owned());
                ensure!(known(&one) == known(&other), "the bytes give two pages");
                leads_back(bytes, &one)?;
            }
            (ReadOutcome::Skip(one), ReadOutcome::Skip(other)) => {
                ensure!(one == other, "the bytes are skipped for two reasons");
            }
            (ReadOutcome::Reject(one), ReadOutcome::Reject(other)) => {
                ensure!(one.source == other.source, "the bytes are rejected as two sources");
                ensure!(!one.diagnostic.message.is_empty(), "a reject does not say why");
            }
            (one, other) => return Err(format!("the bytes end as {one:?} and as {other:?}")),
        }
    }
    let options = ReadOptions { format: Some(Format::Text), ..ReadOptions::default() };
    match read_page("page", bytes.to_vec(), &options) {
        ReadOutcome::Page(read) => page::holds(&read, &PROFILE),
        ReadOutcome::Reject(_) => Ok(()),
        ReadOutcome::Skip(reason) => Err(format!("a file that is said to be a page is skipped: {reason}")),
    }
}

/// That the text is what `encoding_rs` makes of all the bytes, and that each character has its own.
fn leads_back(bytes: &[u8], page: &Page) -> Verdict {
    ensure!(page.bytes() == bytes, "the page has other bytes than the file");
    let encoding = Encoding::for_label(page.encoding.as_bytes());
    let encoding = encoding.ok_or_else(|| format!("{} is no encoding", page.encoding))?;
    let mark = match page.encoding_source {
        EncodingSource::ByteOrderMark => Encoding::for_bom(bytes).map_or(0, |(_, length)| length),
        _ => 0,
    };
    let (wanted, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
    ensure!(page.text() == wanted, "the text is {:?}, {} gives {wanted:?}", page.text(), page.encoding);
    let mut end = 0;
    for (at, character) in page.text().char_indices() {
        let raw = page.raw_span(Span::new(at, at + character.len_utf8()));
        ensure!(end <= raw.start && raw.start <= raw.end, "{character:?} at {at} has the bytes {raw:?}");
        ensure!(raw.end as usize <= bytes.len(), "{character:?} at {at} has the bytes {raw:?}");
        end = raw.end;
        // The second of two characters that one sequence stands for has no bytes of its own.
        let back = page.text_of([raw.start, raw.end]);
        let same = raw.is_empty() || back.is_some_and(|text| text.starts_with(character));
        ensure!(same, "{character:?} at {at} has the bytes {raw:?}, which give {back:?}");
    }
    for diagnostic in &page.diagnostics {
        let stands = diagnostic.span.is_none_or(|span| page.text().get(span.range()).is_some());
        ensure!(stands, "{diagnostic:?} stands nowhere");
    }
    Ok(())
}
