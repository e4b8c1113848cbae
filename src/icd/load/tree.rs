//! Reads XML in which chapters hold blocks and blocks hold codes.
//!
//! In: the ICD-10-CM tabular list (`chapter`, `section`, `diag` with `name` and `desc`), or the plain tree
//! (`chapter`, `block`, `category`, `subcategory` with `name` and `description`, as elements of these names or
//! as `item` of that `type`), in any elements around them or none.
//! Out: a [`Reference`]. Codes that 7th-character rules form are not in the tabular list: a rule holds for all
//! codes below that have none of their own, and its characters go on the codes with nothing below, filled up
//! with the placeholder `X` (ICD-10-CM guidelines, I.A.4 and 5). Reads no notes but inclusion terms.

use super::draft::Draft;
use super::xml::{Step, Tag, Walk, push_words};
use super::{CodeList, quote, stem};
use crate::error::{Error, Result};
use crate::icd::{Code, IcdChapter, Reference};
use std::rc::Rc;

/// The outermost element of the tabular list.
pub(super) const TABULAR_ROOT: &str = "ICD10CM.tabular";

/// Characters with the words they add to a title.
type Sevenths = Rc<Vec<(u8, String)>>;

pub(super) fn read(text: &str, name: &str, list: Option<&CodeList>) -> Result<Reference> {
    let mut reader = Reader {
        walk: Walk::new(text, name),
        draft: Draft::new(name),
        list,
        open: Vec::new(),
        levels: Vec::new(),
        words: String::new(),
        sevenths: Vec::new(),
        seventh: None,
        version: String::new(),
        is_tabular: false,
    };
    loop {
        match reader.walk.step()? {
            Step::Open(tag) => reader.open(&tag)?,
            Step::Text(text) => push_words(&mut reader.words, &text),
            Step::Close => reader.close()?,
            Step::End => break,
        }
    }
    let system = if reader.is_tabular { "ICD-10-CM" } else { "ICD-10" };
    let release = if reader.version.is_empty() { stem(name) } else { format!("{system} {}", reader.version) };
    reader.draft.finish(system, &release)
}

/// The state of the walk.
struct Reader<'a> {
    walk: Walk<'a>,
    draft: Draft<'a>,
    list: Option<&'a CodeList>,
    /// What the open elements say, outermost first.
    open: Vec<Kind>,
    /// The open chapters, blocks and codes, outermost first.
    levels: Vec<Level>,
    /// Text since the last element began.
    words: String,
    /// The rule that is being read, and the character of its open line.
    sevenths: Vec<(u8, String)>,
    seventh: Option<u8>,
    version: String,
    is_tabular: bool,
}

/// An open chapter, block or code.
struct Level {
    kind: Kind,
    /// Byte at which it begins.
    at: usize,
    name: String,
    title: String,
    terms: Vec<String>,
    sevenths: Option<Sevenths>,
    has_codes: bool,
    /// The number of the chapter, if this is one.
    chapter: u8,
    /// The place of the block in the draft, if this is one.
    block: Option<usize>,
}

impl Reader<'_> {
    fn open(&mut self, tag: &Tag<'_>) -> Result<()> {
        self.is_tabular |= self.open.is_empty() && tag.name() == TABULAR_ROOT;
        let kind = Kind::of_tag(tag);
        self.open.push(kind);
        self.words.clear();
        match kind {
            Kind::Sevenths => self.sevenths.clear(),
            Kind::Seventh => {
                let char = tag.attribute("char").unwrap_or_default();
                self.seventh =
                    char.bytes().next().filter(|byte| char.len() == 1 && byte.is_ascii_alphanumeric());
            }
            kind if kind.is_level() => self.open_level(kind, tag)?,
            _ => {}
        }
        Ok(())
    }

    fn open_level(&mut self, kind: Kind, tag: &Tag<'_>) -> Result<()> {
        let at = self.walk.start();
        let placed = |error: Error| error.position(self.walk.position_of(at));
        let block = (kind == Kind::Block).then(|| self.draft.reserve_block().map_err(placed)).transpose()?;
        let above = self.levels.last_mut();
        let sevenths = above.as_ref().and_then(|above| above.sevenths.clone());
        if let Some(above) = above {
            above.has_codes |= kind == Kind::Code;
        }
        self.levels.push(Level {
            kind,
            at,
            name: tag.attribute("id").unwrap_or_default(),
            title: String::new(),
            terms: Vec::new(),
            sevenths,
            has_codes: false,
            chapter: 0,
            block,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let kind = self.open.pop().unwrap_or(Kind::Other);
        let inside = self.open.last().copied().unwrap_or(Kind::Other);
        if kind.is_level() {
            return self.levels.pop().map_or(Ok(()), |level| self.close_level(level));
        }
        let words = self.words.trim_end();
        if kind == Kind::Version && self.open.len() == 1 {
            self.version = words.to_owned();
        } else if kind == Kind::Seventh {
            self.sevenths.extend(self.seventh.take().map(|char| (char, words.to_owned())));
        } else if let Some(level) = self.levels.last_mut() {
            match kind {
                Kind::Name if inside.is_level() => {
                    level.name = words.to_owned();
                    level.chapter = IcdChapter::parse_number(words).unwrap_or_default();
                }
                Kind::Title if inside.is_level() => level.title = words.to_owned(),
                Kind::Note if inside == Kind::Inclusion => level.terms.push(words.to_owned()),
                Kind::Sevenths => level.sevenths = Some(Rc::new(std::mem::take(&mut self.sevenths))),
                _ => {}
            }
        }
        Ok(())
    }

    fn close_level(&mut self, level: Level) -> Result<()> {
        let chapter = self.levels.first().map_or(0, |outermost| outermost.chapter);
        match (level.kind, level.block) {
            (Kind::Chapter, _) if level.chapter == 0 => {
                let message =
                    format!("the chapter is named `{}`, expected 1 to 22 or I to XXII", quote(&level.name));
                Err(self.walk.error_at(level.at, message).hint("put the chapter's number into `name`"))
            }
            (Kind::Chapter, _) => {
                let added = self.draft.chapter(level.chapter, &level.title);
                added.map_err(|error| error.position(self.walk.position_of(level.at)))
            }
            (_, Some(block)) => {
                self.draft.block(block, chapter, &level.name, &level.title);
                Ok(())
            }
            _ => self.close_code(level, chapter),
        }
    }

    fn close_code(&mut self, level: Level, chapter: u8) -> Result<()> {
        let Some(code) = Code::parse(&level.name) else {
            let message =
                format!("`{}` is not a code, expected the shape of `M61` or `M61.0`", quote(&level.name));
            return Err(self.walk.error_at(level.at, message));
        };
        if code.is_category() {
            let block = self.levels.iter().rev().find_map(|level| level.block);
            self.draft.place(code, block, chapter);
        }
        if let Some(sevenths) = level.sevenths.filter(|_| !level.has_codes) {
            self.form_codes(code, &level.title, &sevenths, level.at)?;
        }
        self.add(code, &level.title, level.terms, level.at)
    }

    /// Adds the codes that a 7th-character rule gives for `code`: those of the list, or all if there is none.
    fn form_codes(&mut self, code: Code, title: &str, sevenths: &[(u8, String)], at: usize) -> Result<()> {
        for (char, words) in sevenths {
            let Some(formed) = code.with_seventh(*char) else { continue };
            if self.list.is_none_or(|list| list.contains(&formed)) {
                self.add(formed, &format!("{title}, {words}"), Vec::new(), at)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, code: Code, title: &str, terms: Vec<String>, at: usize) -> Result<()> {
        self.draft.code(code, title, terms).map_err(|error| error.position(self.walk.position_of(at)))
    }
}

/// What an element says.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Chapter,
    Block,
    Code,
    Name,
    Title,
    Inclusion,
    Note,
    Sevenths,
    Seventh,
    Version,
    Other,
}

impl Kind {
    /// Of an `item` its `type` tells.
    fn of_tag(tag: &Tag<'_>) -> Self {
        match tag.name() {
            "item" => tag.attribute("type").map_or(Self::Other, |kind| Self::of(&kind)),
            name => Self::of(name),
        }
    }

    fn of(name: &str) -> Self {
        match name {
            "chapter" => Self::Chapter,
            "section" | "block" => Self::Block,
            "diag" | "category" | "subcategory" => Self::Code,
            "name" => Self::Name,
            "desc" | "description" => Self::Title,
            "inclusionTerm" => Self::Inclusion,
            "note" => Self::Note,
            "sevenChrDef" => Self::Sevenths,
            "extension" => Self::Seventh,
            "version" => Self::Version,
            _ => Self::Other,
        }
    }

    fn is_level(self) -> bool {
        matches!(self, Self::Chapter | Self::Block | Self::Code)
    }
}
