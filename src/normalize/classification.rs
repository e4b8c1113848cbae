//! Where the page's code stands: the page's words, completed from the reference.

use super::in_form;
use crate::extraction::Extraction;
use crate::icd::{Code, Reference, Verdict};
use crate::record::{Category, Chapter, CodeKind, CodeStatus, IcdBlock};
use std::borrow::Cow;

/// All that a record says of its code.
#[derive(Default)]
pub(super) struct Classification<'a> {
    pub(super) code: Option<Code>,
    pub(super) status: Option<CodeStatus>,
    pub(super) kind: Option<CodeKind>,
    pub(super) title: Option<Cow<'a, str>>,
    pub(super) billable: Option<bool>,
    pub(super) chapter: Option<Chapter<'a>>,
    pub(super) block: Option<IcdBlock<'a>>,
    pub(super) category: Option<Category<'a>>,
}

impl<'a> Classification<'a> {
    pub(super) fn new(extraction: &Extraction<'a>, reference: &'a Reference) -> Self {
        let code = extraction.code.as_ref().and_then(|code| code.value.read.as_ref()).map(|read| read.code);
        let mut this = Self { code, ..Self::default() };
        if let Some(code) = code {
            this.ask(code, reference);
        }
        this.chapter = chapter(extraction, code, reference);
        this.block = block(extraction, code, reference);
        this.category = category(extraction, code, reference);
        this
    }

    fn ask(&mut self, code: Code, reference: &'a Reference) {
        let verdict = reference.verdict(&code);
        self.status = Some(verdict.status());
        if let Verdict::Retired { title, .. } = verdict {
            self.title = Some(title.into());
        }
        let entry = verdict.entry();
        if let Some(entry) = entry {
            self.title = Some(entry.title().into());
            self.billable = Some(entry.billable());
            self.kind = Some(entry.kind());
        } else if code.is_category() {
            self.kind = Some(CodeKind::Category);
        }
    }
}

/// The page's words first; what it leaves open comes from the chapter it names, else from the code's.
fn chapter<'a>(
    extraction: &Extraction<'a>,
    code: Option<Code>,
    reference: &'a Reference,
) -> Option<Chapter<'a>> {
    let page = extraction.chapter.as_ref().map(|chapter| &chapter.value);
    let of_code = code.and_then(|code| reference.chapter_of(&code));
    let named = page.and_then(|page| {
        let by_number = page.number.and_then(|number| reference.chapter(number));
        let by_title = || page.title.as_deref().and_then(|title| reference.chapter_by_title(title));
        let by_range = || page.range.as_deref().and_then(|range| reference.chapter_by_range(range));
        by_title().or_else(by_range).or(by_number)
    });
    let known = if page.is_some() { named } else { of_code };
    if page.is_none() && known.is_none() {
        return None;
    }
    let title = page.and_then(|page| page.title.clone()).map(in_form);
    Some(Chapter {
        number: page.and_then(|page| page.number).or(known.map(|known| known.number)),
        roman: known.map(|known| known.roman().into()),
        range: known.map(|known| known.range.to_string().into()),
        title: title.or_else(|| known.map(|known| known.title.as_str().into())),
    })
}

fn block<'a>(
    extraction: &Extraction<'a>,
    code: Option<Code>,
    reference: &'a Reference,
) -> Option<IcdBlock<'a>> {
    let page = extraction.block.as_ref().map(|block| &block.value);
    let known = code.and_then(|code| reference.block_of(&code));
    if page.is_none() && known.is_none() {
        return None;
    }
    let range = page.and_then(|page| page.code.clone()).map(in_form);
    let title = page.and_then(|page| page.title.clone()).map(in_form);
    Some(IcdBlock {
        range: range.or_else(|| known.map(|known| known.range.to_string().into())),
        title: title.or_else(|| known.map(|known| known.title.as_str().into())),
    })
}

fn category<'a>(
    extraction: &Extraction<'a>,
    code: Option<Code>,
    reference: &'a Reference,
) -> Option<Category<'a>> {
    let page = extraction.category.as_ref().map(|category| &category.value);
    let known = code.and_then(|code| reference.entry(&code.category()));
    if page.is_none() && known.is_none() {
        return None;
    }
    let code = page.and_then(|page| page.code.clone()).map(in_form);
    let title = page.and_then(|page| page.title.clone()).map(in_form);
    Some(Category {
        code: code.or_else(|| known.as_ref().map(|known| known.code().to_string().into())),
        title: title.or_else(|| known.as_ref().map(|known| known.title().into())),
    })
}
