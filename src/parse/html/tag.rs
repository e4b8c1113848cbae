//! Names of HTML elements and what the parser must know of each.
//!
//! In: the bytes of a tag's name. Out: a [`Name`], compared without looking at the bytes again, and the
//! [`Traits`] of its [`Tag`]. The categories are those of the WHATWG HTML Standard, section 13.2; which
//! elements make a line of their own is the standard's section 15.3, the style sheet of browsers.
//! Knows nothing of attributes or of the page.

/// What the parser must know of an element: a set of bits.
#[derive(Clone, Copy)]
pub(super) struct Traits(u32);

impl Traits {
    const NONE: Self = Self(0);
    /// Has no content and no end tag.
    pub(super) const VOID: Self = Self(1);
    /// "Special" in the standard: an end tag of another inline element does not reach past it.
    pub(super) const SPECIAL: Self = Self(1 << 1);
    /// Formatting element: its end tag goes through the adoption agency.
    pub(super) const FORMATTING: Self = Self(1 << 2);
    /// Its start tag closes an open `p`.
    pub(super) const CLOSES_P: Self = Self(1 << 3);
    /// Its end tag closes whatever is open inside it, if it is in scope.
    pub(super) const CLOSES_INSIDE: Self = Self(1 << 4);
    /// Limits the default scope.
    pub(super) const SCOPE: Self = Self(1 << 5);
    /// Browsers begin a new line before and after it.
    pub(super) const BOUNDARY: Self = Self(1 << 6);
    /// Listed among the containers of a document.
    pub(super) const CONTAINER: Self = Self(1 << 7);
    /// Its content is never shown.
    pub(super) const UNSEEN: Self = Self(1 << 8);
    /// `h1` to `h6`.
    pub(super) const HEADING: Self = Self(1 << 9);
    /// Its start tag ends SVG or MathML.
    pub(super) const BREAKOUT: Self = Self(1 << 10);
    /// Its content is text without tags.
    pub(super) const RAW: Self = Self(1 << 11);
    /// Stands in the head without opening the body.
    pub(super) const HEAD: Self = Self(1 << 12);
    /// Once seen, a later `frameset` no longer replaces the body.
    pub(super) const NO_FRAMESET: Self = Self(1 << 13);
    /// Implied end tag: closed when a parent is closed.
    pub(super) const IMPLIED_END: Self = Self(1 << 14);
    /// A part of a table that only the rules of tables open.
    pub(super) const TABLE_PART: Self = Self(1 << 15);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all bits of `other` are set.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

macro_rules! tags {
    ($($variant:ident $name:literal $($traits:ident)*;)*) => {
        /// The elements that the parser tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Tag {
            /// Any other element.
            Other,
            $($variant,)*
        }

        const TAGS: &[Tag] = &[Tag::Other, $(Tag::$variant,)*];
        const NAMES: &[&str] = &["", $($name,)*];
        static TRAITS: &[Traits] = &[Traits::NONE, $(Traits::NONE$(.or(Traits::$traits))*,)*];
    };
}

tags! {
    A "a" FORMATTING;
    Address "address" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY;
    Annotation "annotation";
    AnnotationXml "annotation-xml";
    Applet "applet" SPECIAL SCOPE NO_FRAMESET;
    Area "area" SPECIAL VOID NO_FRAMESET;
    Article "article" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Aside "aside" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Audio "audio" UNSEEN;
    B "b" FORMATTING BREAKOUT;
    Base "base" SPECIAL VOID HEAD;
    Basefont "basefont" SPECIAL VOID HEAD;
    Bgsound "bgsound" SPECIAL VOID HEAD;
    Big "big" FORMATTING BREAKOUT;
    Blockquote "blockquote" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER BREAKOUT;
    Body "body" SPECIAL BOUNDARY CONTAINER BREAKOUT;
    Br "br" SPECIAL VOID BREAKOUT NO_FRAMESET;
    Button "button" SPECIAL CLOSES_INSIDE BOUNDARY NO_FRAMESET;
    Canvas "canvas" UNSEEN;
    Caption "caption" SPECIAL SCOPE BOUNDARY TABLE_PART;
    Center "center" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY BREAKOUT;
    Code "code" FORMATTING BREAKOUT;
    Col "col" SPECIAL VOID TABLE_PART;
    Colgroup "colgroup" SPECIAL BOUNDARY UNSEEN TABLE_PART;
    Datalist "datalist" UNSEEN;
    Dd "dd" SPECIAL BOUNDARY BREAKOUT NO_FRAMESET IMPLIED_END;
    Desc "desc";
    Details "details" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Dialog "dialog" CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Dir "dir" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Div "div" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER BREAKOUT;
    Dl "dl" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER BREAKOUT;
    Dt "dt" SPECIAL BOUNDARY BREAKOUT NO_FRAMESET IMPLIED_END;
    Em "em" FORMATTING BREAKOUT;
    Embed "embed" SPECIAL VOID BREAKOUT NO_FRAMESET;
    Fieldset "fieldset" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Figcaption "figcaption" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY;
    Figure "figure" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Font "font" FORMATTING;
    Footer "footer" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    ForeignObject "foreignobject";
    Form "form" SPECIAL BOUNDARY CONTAINER;
    Frame "frame" SPECIAL VOID;
    Frameset "frameset" SPECIAL BOUNDARY UNSEEN;
    H1 "h1" SPECIAL BOUNDARY HEADING BREAKOUT;
    H2 "h2" SPECIAL BOUNDARY HEADING BREAKOUT;
    H3 "h3" SPECIAL BOUNDARY HEADING BREAKOUT;
    H4 "h4" SPECIAL BOUNDARY HEADING BREAKOUT;
    H5 "h5" SPECIAL BOUNDARY HEADING BREAKOUT;
    H6 "h6" SPECIAL BOUNDARY HEADING BREAKOUT;
    Head "head" SPECIAL BREAKOUT;
    Header "header" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Hgroup "hgroup" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY;
    Hr "hr" SPECIAL VOID CLOSES_P BOUNDARY BREAKOUT NO_FRAMESET;
    Html "html" SPECIAL SCOPE BOUNDARY;
    I "i" FORMATTING BREAKOUT;
    Iframe "iframe" SPECIAL UNSEEN RAW NO_FRAMESET;
    Image "image";
    Img "img" SPECIAL VOID BREAKOUT NO_FRAMESET;
    Input "input" SPECIAL VOID;
    Keygen "keygen" SPECIAL VOID NO_FRAMESET;
    Legend "legend" BOUNDARY;
    Li "li" SPECIAL BOUNDARY BREAKOUT NO_FRAMESET IMPLIED_END;
    Link "link" SPECIAL VOID HEAD;
    Listing "listing" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY BREAKOUT NO_FRAMESET;
    Main "main" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Malignmark "malignmark";
    Marquee "marquee" SPECIAL SCOPE NO_FRAMESET;
    Math "math";
    Menu "menu" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER BREAKOUT;
    Meta "meta" SPECIAL VOID HEAD BREAKOUT;
    Meter "meter" UNSEEN;
    Mglyph "mglyph";
    Mi "mi";
    Mn "mn";
    Mo "mo";
    Ms "ms";
    Mtext "mtext";
    Nav "nav" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Nobr "nobr" FORMATTING BREAKOUT;
    Noembed "noembed" SPECIAL UNSEEN RAW;
    Noframes "noframes" SPECIAL UNSEEN RAW HEAD;
    Noscript "noscript" SPECIAL UNSEEN RAW HEAD;
    Object "object" SPECIAL SCOPE NO_FRAMESET;
    Ol "ol" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER BREAKOUT;
    Optgroup "optgroup" BOUNDARY IMPLIED_END;
    Option "option" BOUNDARY IMPLIED_END;
    P "p" SPECIAL CLOSES_P BOUNDARY BREAKOUT IMPLIED_END;
    Param "param" SPECIAL VOID;
    Plaintext "plaintext" SPECIAL CLOSES_P BOUNDARY RAW;
    Pre "pre" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY BREAKOUT NO_FRAMESET;
    Progress "progress" UNSEEN;
    Rb "rb" IMPLIED_END;
    Rp "rp" UNSEEN IMPLIED_END;
    Rt "rt" IMPLIED_END;
    Rtc "rtc" IMPLIED_END;
    Ruby "ruby" BREAKOUT;
    S "s" FORMATTING BREAKOUT;
    Script "script" SPECIAL UNSEEN RAW HEAD;
    Search "search" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Section "section" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER;
    Select "select" SPECIAL SCOPE CLOSES_INSIDE BOUNDARY NO_FRAMESET;
    Small "small" FORMATTING BREAKOUT;
    Source "source" SPECIAL VOID;
    Span "span" BREAKOUT;
    Strike "strike" FORMATTING BREAKOUT;
    Strong "strong" FORMATTING BREAKOUT;
    Style "style" SPECIAL UNSEEN RAW HEAD;
    Sub "sub" BREAKOUT;
    Summary "summary" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY;
    Sup "sup" BREAKOUT;
    Svg "svg" UNSEEN;
    Table "table" SPECIAL SCOPE BOUNDARY CONTAINER BREAKOUT NO_FRAMESET;
    Tbody "tbody" SPECIAL BOUNDARY TABLE_PART;
    Td "td" SPECIAL SCOPE BOUNDARY TABLE_PART;
    Template "template" SPECIAL SCOPE UNSEEN HEAD NO_FRAMESET;
    Textarea "textarea" SPECIAL BOUNDARY RAW NO_FRAMESET;
    Tfoot "tfoot" SPECIAL BOUNDARY TABLE_PART;
    Th "th" SPECIAL SCOPE BOUNDARY TABLE_PART;
    Thead "thead" SPECIAL BOUNDARY TABLE_PART;
    Title "title" SPECIAL UNSEEN RAW HEAD;
    Tr "tr" SPECIAL BOUNDARY TABLE_PART;
    Track "track" SPECIAL VOID;
    Tt "tt" FORMATTING BREAKOUT;
    U "u" FORMATTING BREAKOUT;
    Ul "ul" SPECIAL CLOSES_P CLOSES_INSIDE BOUNDARY CONTAINER BREAKOUT;
    Var "var" BREAKOUT;
    Video "video" UNSEEN;
    Wbr "wbr" SPECIAL VOID NO_FRAMESET;
    Xmp "xmp" SPECIAL CLOSES_P BOUNDARY RAW NO_FRAMESET;
}

impl Tag {
    /// What the parser must know of it.
    pub(super) fn traits(self) -> Traits {
        TRAITS[self as usize]
    }

    /// Whether all of `traits` hold.
    pub(super) fn is(self, traits: Traits) -> bool {
        self.traits().has(traits)
    }

    /// Lower-case name; empty for [`Tag::Other`].
    pub(super) fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// 1 to 6 for `h1` to `h6`.
    pub(super) fn heading_level(self) -> Option<u8> {
        self.is(Traits::HEADING).then(|| self as u8 - Tag::H1 as u8 + 1)
    }
}

/// The name of a tag of the page, ASCII case folded.
///
/// Two names are equal if their tags and keys are; keys of different unknown names could collide in
/// 64 bits only, which would close one unknown inline element for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) tag: Tag,
    key: u64,
}

impl Name {
    /// No name at all.
    pub(super) const NONE: Self = Self { tag: Tag::Other, key: 0 };

    /// The name written as `bytes`.
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self::at(bytes, 0, bytes.len())
    }

    /// The name written as `bytes[start..end]`.
    #[inline(always)]
    pub(super) fn at(bytes: &[u8], start: usize, end: usize) -> Self {
        let key = key_at(bytes, start, end);
        let mut slot = slot(key);
        loop {
            let tag = TABLE[slot];
            if tag == Tag::Other || KEYS[tag as usize] == key && is_sure(bytes, start, end, tag) {
                return Self { tag, key };
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// The name of a known element.
    pub(super) fn of(tag: Tag) -> Self {
        Self { tag, key: KEYS[tag as usize] }
    }
}

/// Whether the name in `bytes[start..end]`, which has the key of `tag`, is that name. A key of up to eight letters
/// is; where it ends in a digit, which no name has elsewhere, that may be of a control character. A longer one may be
/// of anything.
#[inline]
fn is_sure(bytes: &[u8], start: usize, end: usize, tag: Tag) -> bool {
    if end - start <= 8 {
        return bytes[end - 1] >= b'0';
    }
    bytes[start..end].eq_ignore_ascii_case(tag.name().as_bytes())
}

/// A number for a name: up to eight bytes are kept whole, more are mixed. Setting bit 5 folds the case.
pub(super) const fn key(bytes: &[u8]) -> u64 {
    let mut key = 0u64;
    let mut at = 0;
    while at < bytes.len() {
        let byte = (bytes[at] | 0x20) as u64;
        key = if at < 8 { key << 8 | byte } else { (key.rotate_left(9) ^ byte).wrapping_mul(MIX) };
        at += 1;
    }
    key
}

/// [`key`] of the name in `bytes[start..end]`, for most names without a loop.
#[inline]
pub(super) fn key_at(bytes: &[u8], start: usize, end: usize) -> u64 {
    match bytes[start..].first_chunk::<8>() {
        Some(word) if (1..=8).contains(&(end - start)) => {
            let cut = 64 - 8 * (end - start) as u32;
            (u64::from_be_bytes(*word) | u64::from_ne_bytes([0x20; 8])) >> cut
        }
        _ => long_key(&bytes[start..end]),
    }
}

#[cold]
fn long_key(bytes: &[u8]) -> u64 {
    key(bytes)
}

const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
const SLOTS: usize = 1024;

const fn slot(key: u64) -> usize {
    (key.wrapping_mul(MIX) >> 54) as usize
}

static KEYS: [u64; NAMES.len()] = {
    let mut keys = [0; NAMES.len()];
    let mut at = 0;
    while at < NAMES.len() {
        keys[at] = key(NAMES[at].as_bytes());
        at += 1;
    }
    keys
};

/// Open addressing over `TAGS`, [`Tag::Other`] for an empty slot.
static TABLE: [Tag; SLOTS] = {
    let mut table = [Tag::Other; SLOTS];
    let mut at = 1;
    while at < TAGS.len() {
        let mut slot = slot(KEYS[at]);
        while !matches!(table[slot], Tag::Other) {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = TAGS[at];
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case() {
        for (at, name) in NAMES.iter().enumerate().skip(1) {
            assert_eq!(Name::new(name.as_bytes()).tag, TAGS[at], "{name}");
            assert_eq!(Name::new(name.to_uppercase().as_bytes()), Name::of(TAGS[at]), "{name}");
        }
    }

    #[test]
    fn unknown_names_are_told_apart() {
        assert_eq!(Name::new(b"x-card").tag, Tag::Other);
        assert_eq!(Name::new(b"x-card"), Name::new(b"X-CARD"));
        assert_ne!(Name::new(b"x-card"), Name::new(b"x-cart"));
        assert_eq!(Name::new(b"h\x11").tag, Tag::Other);
        assert_eq!(Name::new(b"").tag, Tag::Other);
    }

    #[test]
    fn headings_have_levels() {
        assert_eq!(Tag::H1.heading_level(), Some(1));
        assert_eq!(Tag::H6.heading_level(), Some(6));
        assert_eq!(Tag::Head.heading_level(), None);
    }
}
