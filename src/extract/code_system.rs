//! The classification that the page names.

use super::finder::{Finder, Hit};
use super::marks::Marks;
use crate::extraction::Extraction;
use crate::profile::{Field, Find};
use crate::record::FieldPath;
use crate::span::Span;

/// Bytes of a line that names the classification and little else.
const MAX_HEADLINE_BYTES: usize = 40;

/// Finds it: on the code's own line first, then in page order.
pub(super) fn find<'a>(finder: &mut Finder<'a>, extraction: &mut Extraction<'a>) {
    let profile = finder.profile;
    for rule in profile.rules_of(&Field::CodeSystem) {
        let Find::Pattern { pattern, .. } = &rule.find else {
            let found = finder.first(rule, |_, hit| Some(hit));
            if let Some(hit) = found {
                finder.won(rule.number);
                finder.assign_hit(&hit, "code_system", &rule.id);
                extraction.code_system = Some(hit.found(hit.text.clone(), rule));
                return;
            }
            continue;
        };
        let count = finder.blocks().len();
        let code = extraction.code.as_ref().map(|code| code.span);
        let holds_code = |at: usize| code.is_some_and(|code| finder.blocks()[at].span.contains(code));
        let on_code_line = (0..count).filter(|&at| holds_code(at));
        let on_code_line =
            on_code_line.chain((0..count).filter(|&at| finder.path(at) == Some(FieldPath::Field("code"))));
        let beside_chrome = (0..count).filter(|&at| !finder.is_chrome(at));
        // A menu names the classification of the site: that of the page only if the page has a code.
        let anywhere = (0..count).filter(|&at| code.is_some() && finder.is_chrome(at));
        let hit = on_code_line.chain(beside_chrome).chain(anywhere).find_map(|at| -> Option<Hit<'a>> {
            let text: &str = &finder.blocks()[at].text;
            // The name is three letters long: most blocks are passed over by this.
            if !finder.facts.may_have(at, Marks::DIGIT) {
                return None;
            }
            memchr::memmem::find(text.as_bytes(), b"10")?;
            let range = pattern.find(text)?.range;
            Some(finder.hit(at, Span::new(range.start, range.end)))
        });
        finder.tried(rule.number, hit.is_some());
        if let Some(hit) = hit {
            finder.won(rule.number);
            if let Some(at) = hit.block.filter(|&at| is_headline(finder, at)) {
                finder.assign(at, FieldPath::Field("code_system"), &rule.id);
            }
            extraction.code_system = Some(hit.found(hit.text.clone(), rule));
            return;
        }
    }
}

/// Whether a block is a line above the title that names the classification: `ICD-10-CM · Skin`.
fn is_headline(finder: &Finder<'_>, at: usize) -> bool {
    finder.is_free(at)
        && finder.blocks()[at].text.len() <= MAX_HEADLINE_BYTES
        && finder.title_block().is_some_and(|title| at < title)
}
