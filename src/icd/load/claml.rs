//! Reads ClaML, the exchange form of classifications (EN 14463), in which WHO gives ICD-10 to licensees.
//!
//! In: `Class` elements of the kinds `chapter`, `block`, `category`, tied by `SuperClass`. Out: a
//! [`Reference`]. A category with a modifier whose classes are coded `.0`, `.1` and so on gets these as 4th
//! characters, title after title. Modifiers for 5th characters are not formed: WHO leaves them to users.

use super::draft::Draft;
use super::xml::{Step, Tag, Walk, push_words};
use super::{quote, stem};
use crate::error::{Error, Result};
use crate::icd::{Code, IcdChapter, Reference};
use std::collections::BTreeMap;

pub(super) fn read(text: &str, name: &str) -> Result<Reference> {
    let mut reader = Reader {
        walk: Walk::new(text, name),
        open: Vec::new(),
        words: String::new(),
        rubric: String::new(),
        current: None,
        classes: Vec::new(),
        modifiers: BTreeMap::new(),
        system: "ICD-10".to_owned(),
        release: stem(name),
    };
    loop {
        match reader.walk.step()? {
            Step::Open(tag) => reader.open(&tag),
            Step::Text(text) if !reader.open.contains(&Kind::Reference) => {
                push_words(&mut reader.words, &text)
            }
            Step::Text(_) => {}
            Step::Close => reader.close(),
            Step::End => break,
        }
    }
    reader.finish(name)
}

/// The elements that count.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Title,
    Class,
    ModifierClass,
    Rubric,
    Label,
    /// A code that a label points to: no part of its words.
    Reference,
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "Title" => Self::Title,
            "Class" => Self::Class,
            "ModifierClass" => Self::ModifierClass,
            "Rubric" => Self::Rubric,
            "Label" => Self::Label,
            "Reference" => Self::Reference,
            _ => Self::Other,
        }
    }
}

/// A class, or a class of a modifier.
#[derive(Default)]
struct Class {
    /// Byte at which it begins.
    at: usize,
    /// `chapter`, `block` or `category`.
    kind: String,
    code: String,
    /// The class above; of a modifier's class, the modifier.
    above: String,
    title: String,
    terms: Vec<String>,
    modified_by: Vec<String>,
}

/// The state of the walk.
struct Reader<'a> {
    walk: Walk<'a>,
    open: Vec<Kind>,
    /// Text of the open label.
    words: String,
    /// The kind of the open rubric: `preferred`, `inclusion`.
    rubric: String,
    current: Option<Class>,
    classes: Vec<Class>,
    /// Titles of each modifier's classes by their 4th character with its dot.
    modifiers: BTreeMap<String, BTreeMap<String, String>>,
    system: String,
    release: String,
}

impl Reader<'_> {
    fn open(&mut self, tag: &Tag<'_>) {
        let attribute = |name| tag.attribute(name).unwrap_or_default();
        let kind = Kind::of(tag.name());
        self.open.push(kind);
        match kind {
            Kind::Title => self.name_release(&attribute("name"), &attribute("version")),
            Kind::Class | Kind::ModifierClass => {
                let (kind, code, above) = (attribute("kind"), attribute("code"), attribute("modifier"));
                self.current = Some(Class { at: self.walk.start(), kind, code, above, ..Class::default() });
            }
            Kind::Rubric => self.rubric = attribute("kind"),
            Kind::Label => self.words.clear(),
            Kind::Reference => {}
            Kind::Other => {
                let Some(class) = &mut self.current else { return };
                match tag.name() {
                    "SuperClass" if class.above.is_empty() => class.above = attribute("code"),
                    "ModifiedBy" => class.modified_by.push(attribute("code")),
                    _ => {}
                }
            }
        }
    }

    /// `name` is such as `ICD-10-EN-2016` (WHO's own, in English) or `ICD-10-GM`, `version` such as `2016`.
    fn name_release(&mut self, name: &str, version: &str) {
        if name.is_empty() {
            return;
        }
        let without = name.strip_suffix(version).unwrap_or(name).trim_end_matches(['-', ' ']);
        let without = without.strip_suffix("-EN").unwrap_or(without);
        self.system = without.to_owned();
        self.release = format!("{without} {version}").trim_end().to_owned();
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Kind::Label) => {
                let words = self.words.trim_end().to_owned();
                match (&mut self.current, self.rubric.as_str()) {
                    // Where labels are in several languages, the first is the edition's own.
                    (Some(class), "preferred") if class.title.is_empty() => class.title = words,
                    (Some(class), "inclusion") => class.terms.push(words),
                    _ => {}
                }
            }
            Some(Kind::Class) => self.classes.extend(self.current.take()),
            Some(Kind::ModifierClass) => {
                let class = self.current.take();
                if let Some(class) =
                    class.filter(|class| class.code.len() == 2 && class.code.starts_with('.'))
                {
                    self.modifiers.entry(class.above).or_default().insert(class.code, class.title);
                }
            }
            _ => {}
        }
    }

    fn finish(self, name: &str) -> Result<Reference> {
        let mut draft = Draft::new(name);
        let by_code: BTreeMap<&str, &Class> =
            self.classes.iter().map(|class| (class.code.as_str(), class)).collect();
        let mut blocks = BTreeMap::new();
        for class in &self.classes {
            match class.kind.as_str() {
                "chapter" => {
                    let Some(number) = IcdChapter::parse_number(&class.code) else {
                        let code = quote(&class.code);
                        let message = format!("the chapter has the code `{code}`, expected I to XXII");
                        return Err(self.walk.error_at(class.at, message));
                    };
                    draft.chapter(number, &class.title).map_err(|error| self.placed(error, class))?;
                }
                "block" => {
                    let block = draft.reserve_block().map_err(|error| self.placed(error, class))?;
                    draft.block(block, chapter_above(class, &by_code), &class.code, &class.title);
                    blocks.insert(class.code.as_str(), block);
                }
                _ => {}
            }
        }
        for class in self.classes.iter().filter(|class| class.kind == "category") {
            let Some(code) = Code::parse(&class.code) else {
                let message =
                    format!("`{}` is not a code, expected the shape of `M61.0`", quote(&class.code));
                return Err(self.walk.error_at(class.at, message));
            };
            if code.is_category() {
                draft.place(code, blocks.get(class.above.as_str()).copied(), chapter_above(class, &by_code));
            }
            let added = draft.code(code, &class.title, class.terms.clone());
            added.map_err(|error| self.placed(error, class))?;
        }
        self.form_codes(&mut draft)?;
        draft.finish(&self.system, &self.release)
    }

    /// The error with the place where the class begins.
    fn placed(&self, error: Error, class: &Class) -> Error {
        error.position(self.walk.position_of(class.at))
    }

    /// Adds the codes that modifiers give and the file does not list.
    fn form_codes(&self, draft: &mut Draft<'_>) -> Result<()> {
        for class in self.classes.iter().filter(|class| class.kind == "category" && class.code.len() == 3) {
            let modifiers = class.modified_by.iter().filter_map(|modifier| self.modifiers.get(modifier));
            for (tail, title) in modifiers.flatten() {
                let Some(code) = Code::parse(&format!("{}{tail}", class.code)) else { continue };
                if !draft.has(code) {
                    let added = draft.code(code, &format!("{}, {title}", class.title), Vec::new());
                    added.map_err(|error| self.placed(error, class))?;
                }
            }
        }
        Ok(())
    }
}

/// The number of the chapter in which a class lies, 0 if none.
fn chapter_above(class: &Class, by_code: &BTreeMap<&str, &Class>) -> u8 {
    // Blocks nest three deep in WHO's edition; the bound ends a circle.
    let mut class = class;
    for _ in 0..16 {
        if class.kind == "chapter" {
            return IcdChapter::parse_number(&class.code).unwrap_or_default();
        }
        match by_code.get(class.above.as_str()) {
            Some(above) => class = above,
            None => break,
        }
    }
    0
}
