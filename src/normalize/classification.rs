//! Where the page's code stands: the page's words, completed from the reference.

use crate::extraction::Extraction;
use crate::icd::{Code, Reference, Verdict};
use crate::normalize::normal;
use crate::record::{Category, Chapter, CodeKind, CodeStatus, IcdBlock};

/// All that a record says of its code.
#[derive(Default)]
pub(super) struct Classification {
    pub(super) code: Option<Code>,
    pub(super) status: Option<CodeStatus>,
    pub(super) kind: Option<CodeKind>,
    pub(super) title: Option<String>,
    pub(super) billable: Option<bool>,
    pub(super) chapter: Option<Chapter>,
    pub(super) block: Option<IcdBlock>,
    pub(super) category: Option<Category>,
}

impl Classification {
    pub(super) fn new(extraction: &Extraction<'_>, reference: &Reference) -> Self {
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

    fn ask(&mut self, code: Code, reference: &Reference) {
        let verdict = reference.verdict(&code);
        self.status = Some(verdict.status());
        if let Verdict::Retired { title, .. } = verdict {
            self.title = Some(title.to_owned());
        }
        let entry = verdict.entry();
        if let Some(entry) = entry {
            self.title = Some(entry.title().to_owned());
            self.billable = Some(entry.billable());
            self.kind = Some(entry.kind());
        } else if code.is_category() {
            self.kind = Some(CodeKind::Category);
        }
    }
}

/// The page's words first; what it leaves open comes from the chapter it names, else from the code's.
fn chapter(extraction: &Extraction<'_>, code: Option<Code>, reference: &Reference) -> Option<Chapter> {
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
    let title = page.and_then(|page| page.title.as_deref()).map(|title| normal(title).into_owned());
    Some(Chapter {
        number: page.and_then(|page| page.number).or(known.map(|known| known.number)),
        roman: known.map(|known| known.roman().to_owned()),
        range: known.map(|known| known.range.to_string()),
        title: title.or_else(|| known.map(|known| known.title.clone())),
    })
}

fn block(extraction: &Extraction<'_>, code: Option<Code>, reference: &Reference) -> Option<IcdBlock> {
    let page = extraction.block.as_ref().map(|block| &block.value);
    let known = code.and_then(|code| reference.block_of(&code));
    if page.is_none() && known.is_none() {
        return None;
    }
    let words = |text: Option<&str>| text.map(|text| normal(text).into_owned());
    let range = page.and_then(|page| page.code.as_deref());
    let title = page.and_then(|page| page.title.as_deref());
    Some(IcdBlock {
        range: words(range).or_else(|| known.map(|known| known.range.to_string())),
        title: words(title).or_else(|| known.map(|known| known.title.clone())),
    })
}

fn category(extraction: &Extraction<'_>, code: Option<Code>, reference: &Reference) -> Option<Category> {
    let page = extraction.category.as_ref().map(|category| &category.value);
    let known = code.and_then(|code| reference.entry(&code.category()));
    if page.is_none() && known.is_none() {
        return None;
    }
    let words = |text: Option<&str>| text.map(|text| normal(text).into_owned());
    let code = page.and_then(|page| page.code.as_deref());
    let title = page.and_then(|page| page.title.as_deref());
    Some(Category {
        code: words(code).or_else(|| known.as_ref().map(|known| known.code().to_string())),
        title: words(title).or_else(|| known.as_ref().map(|known| known.title().to_owned())),
    })
}
