//! One page through the stages: the only place where their order is written.
//!
//! [`Page`] in, [`Outcome`] out. Neither reads nor writes; pages may be processed in any order, on any
//! number of threads.

use crate::document::Document;
use crate::extraction::{Extraction, RuleUses};
use crate::icd::Reference;
use crate::page::Page;
use crate::profile::Profile;
use crate::record::Outcome;
use crate::{extract, normalize, parse, validate};

/// The stages with what they need.
#[derive(Debug, Clone, Copy)]
pub struct Pipeline<'a> {
    /// The rules.
    pub profile: &'a Profile,
    /// The ICD-10 release that codes are checked against.
    pub reference: &'a Reference,
}

impl Pipeline<'_> {
    /// Takes a page to its record or reject.
    ///
    /// ```
    /// use nosograph::icd::Reference;
    /// use nosograph::page::{EncodingSource, Format, Page};
    /// use nosograph::pipeline::Pipeline;
    /// use nosograph::profile::Profile;
    /// use nosograph::record::Outcome;
    ///
    /// let profile = Profile::default_profile()?;
    /// let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
    /// let text = "Cholera\n\nICD-10 code: A00\n\nCholera is an acute infection of the small bowel.\n";
    /// let page = Page::from_utf8("a00.txt".into(), Format::Text, EncodingSource::ValidUtf8, text.into());
    /// let Outcome::Record(record) = pipeline.process(&page) else { panic!("no record") };
    /// assert_eq!(record.title.as_deref(), Some("Cholera"));
    /// assert_eq!(record.code.as_deref(), Some("A00"));
    /// # Ok::<(), nosograph::error::Error>(())
    /// ```
    pub fn process(&self, page: &Page) -> Outcome<'static> {
        self.process_with(page, |outcome, _| outcome.into_owned())
    }

    /// [`Pipeline::process`] without a copy of the page's texts: `take` gets the outcome, which borrows from what was
    /// made of the page, and what each rule did on it.
    pub fn process_with<T>(&self, page: &Page, take: impl FnOnce(Outcome<'_>, &RuleUses) -> T) -> T {
        let document = parse::parse(page);
        let mut extraction = extract::extract(page, &document, self.profile, self.reference);
        let uses = std::mem::take(&mut extraction.uses);
        take(self.finish(page, &document, extraction), &uses)
    }

    /// Judges what was extracted and makes the record or reject of it.
    pub(crate) fn finish<'p>(
        &self,
        page: &'p Page,
        document: &'p Document<'_>,
        extraction: Extraction<'p>,
    ) -> Outcome<'p>
    where
        Self: 'p,
    {
        let diagnostics = validate::validate(page, document, &extraction, self.profile, self.reference);
        normalize::normalize(page, document, extraction, diagnostics, (self.profile, self.reference))
    }
}
