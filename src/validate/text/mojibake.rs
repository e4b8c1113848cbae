//! UTF-8 that was read as windows-1252 or ISO-8859-1: text in, the first damaged stretch out.
//!
//! Told by structure: take each character back to its byte in windows-1252 (WHATWG Encoding Standard), or in
//! ISO-8859-1, which has the controls U+0080 to U+009F for the bytes of the same numbers; a stretch that is then well-formed UTF-8 of more than one byte was UTF-8 before. Real text meets that by
//! chance only where an accented capital stands before a closing quote, a dash or a sign (`CAFÉ»`, `10 Å²`),
//! so those stretches need more evidence; see [`Sequence::is_plausible`]. Mends nothing.

/// A stretch of damaged text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mojibake<'t> {
    /// As it stands in the text.
    pub printed: &'t str,
    /// What it was before.
    pub meant: String,
    /// The encoding it was read as.
    pub read_as: &'static str,
}

/// The first stretch of `text` that is UTF-8 read as one of both.
pub fn find_mojibake(text: &str) -> Option<Mojibake<'_>> {
    let mut at = 0;
    // Every lead byte of UTF-8, C2 to F4, is in windows-1252 a letter whose own UTF-8 starts with C3.
    while let Some(step) = memchr::memchr(0xc3, &text.as_bytes()[at..]) {
        let start = at + step;
        let stretch = Stretch::at(text, start);
        if let Some(found) =
            stretch.filter(|stretch| stretch.is_damage(text)).map(|stretch| stretch.found(text))
        {
            return Some(found);
        }
        if let Some(found) = lost_byte(text, start) {
            return Some(found);
        }
        at = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Sequences that follow one another without a gap.
struct Stretch {
    start: usize,
    end: usize,
    first: Sequence,
    /// Whether more than one sequence was found.
    several: bool,
}

impl Stretch {
    /// The stretch that starts at byte `start` of `text`; at most its first sequences are read.
    fn at(text: &str, start: usize) -> Option<Self> {
        const ENOUGH: usize = 16;
        let first = Sequence::read(&text[start..])?;
        let mut end = start + first.printed_len;
        let mut several = false;
        for _ in 0..ENOUGH {
            let Some(next) = Sequence::read(&text[end..]) else { break };
            end += next.printed_len;
            several = true;
        }
        Some(Self { start, end, first, several })
    }

    fn is_damage(&self, text: &str) -> bool {
        let before = text[..self.start].chars().next_back();
        let after = text[self.end..].chars().next();
        self.several || self.first.is_plausible(before, after)
    }

    fn found<'t>(&self, text: &'t str) -> Mojibake<'t> {
        let printed = &text[self.start..self.end];
        let bytes: Vec<u8> = printed.chars().filter_map(single_byte).collect();
        Mojibake { printed, meant: String::from_utf8_lossy(&bytes).into_owned(), read_as: read_as(printed) }
    }
}

/// Characters that are one UTF-8 character of two to four bytes, read byte by byte.
#[derive(Clone, Copy)]
struct Sequence {
    lead: u8,
    /// Whether good text may have all the characters behind the lead right behind a word.
    ends_words: bool,
    meant: char,
    /// Bytes of the text that the characters take.
    printed_len: usize,
}

impl Sequence {
    /// The sequence at the start of `text`.
    fn read(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        let lead = single_byte(characters.next()?)?;
        let len = match lead {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut bytes = [lead, 0, 0, 0];
        let mut all_end_words = true;
        for byte in &mut bytes[1..len] {
            let character = characters.next()?;
            *byte = single_byte(character).filter(|byte| (0x80..0xc0).contains(byte))?;
            all_end_words &= ends_words(character);
        }
        let meant = std::str::from_utf8(&bytes[..len]).ok()?.chars().next()?;
        Some(Self {
            lead,
            ends_words: all_end_words,
            meant,
            printed_len: text.len() - characters.as_str().len(),
        })
    }

    /// Whether this sequence alone, between `before` and `after`, is damage and not good text.
    fn is_plausible(&self, before: Option<char>, after: Option<char>) -> bool {
        let is_letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
        let in_capitals = before.is_some_and(char::is_uppercase);
        match self.lead {
            // Latin-1 signs and letters (`Â`, `Ã`) and Greek (`Î`, `Ï`), by far the most common; good text
            // has these letters before a sign only at the end of a word in capitals.
            0xc2 | 0xc3 | 0xce | 0xcf if self.ends_words => is_letter(after) || !in_capitals,
            0xc2 | 0xc3 | 0xce | 0xcf => !self.meant.is_control(),
            // `Ä` and `Å` with a sign inside a word; `10 Å²` is a measure.
            0xc4 | 0xc5 => !self.ends_words && (is_letter(before) || is_letter(after)),
            // `Ø½` and `3×½` are measures, `Spaß…` is a word.
            0xc6..=0xdf => false,
            _ => !self.ends_words,
        }
    }
}

/// Whether good text may have `character` right behind a word.
fn ends_words(character: char) -> bool {
    matches!(
        character,
        '…' | '’'
            | '‘'
            | '”'
            | '“'
            | '–'
            | '—'
            | '›'
            | '‹'
            | '»'
            | '«'
            | '•'
            | '™'
            | '®'
            | '\u{a0}'
    )
}

/// Damage that lost a byte on its way: `â€` of a quote or dash whose third byte has no character, and `Â`
/// of a no-break space that became a plain one, unless it ends a word in capitals.
fn lost_byte(text: &str, start: usize) -> Option<Mojibake<'_>> {
    let rest = &text[start..];
    if rest.starts_with("â€") {
        let printed = &rest[.."â€".len()];
        return Some(Mojibake { printed, meant: "\u{fffd}".into(), read_as: "windows-1252" });
    }
    let in_a_word = text[..start].chars().next_back().is_some_and(|before| before.is_uppercase());
    let lone = rest.strip_prefix('Â').is_some_and(|behind| behind.starts_with([' ', '\u{a0}']));
    let printed = &rest[.."Â".len()];
    (lone && !in_a_word).then(|| Mojibake { printed, meant: "\u{a0}".into(), read_as: read_as(printed) })
}

/// The encoding that damaged text was read as: windows-1252 has a character for most of the controls.
fn read_as(printed: &str) -> &'static str {
    let only_latin_1 = |c: char| matches!(c, '\u{80}'..='\u{9f}') && HIGH_CONTROLS[c as usize - 0x80] != '\0';
    if printed.contains(only_latin_1) { "ISO-8859-1" } else { "windows-1252" }
}

/// The byte that windows-1252, or else ISO-8859-1, has for a character outside ASCII.
fn single_byte(character: char) -> Option<u8> {
    match character {
        '\u{80}'..='\u{ff}' => Some(character as u8),
        _ => HIGH_CONTROLS.iter().position(|&high| high == character).map(|at| 0x80 + at as u8),
    }
}

/// What windows-1252 has at 80 to 9F; NUL where it has nothing.
const HIGH_CONTROLS: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let got = find_mojibake(text);
        assert_eq!(got.as_ref().map(|found| (found.printed, found.meant.as_str())), expected, "{text:?}");
    }

    #[test]
    fn utf8_read_as_windows_1252_is_found() {
        check("MÃ©niÃ¨re disease", Some(("Ã©", "é")));
        check("the patientâ€™s muscle", Some(("â€™", "’")));
        check("37Â°C", Some(("Â°", "°")));
        check("Ã–sterreich", Some(("Ã–", "Ö")));
        check("schÃ¶n", Some(("Ã¶", "ö")));
        check("goÃ»ter", Some(("Ã»", "û")));
        check("ÅŸeker", Some(("ÅŸ", "ş")));
        check("Ð±Ð¾Ð»ÑŒ", Some(("Ð±Ð¾Ð»ÑŒ", "боль")));
        check("ä¸\u{ad}æ–‡", Some(("ä¸\u{ad}æ–‡", "中文")));
        check("ðŸ˜€", Some(("ðŸ˜€", "😀")));
        check("saidâ€ today", Some(("â€", "\u{fffd}")));
        check("10Â mg", Some(("Â", "\u{a0}")));
        check("read more Â»", Some(("Â»", "»")));
        check("3 Ã— 4", Some(("Ã—", "×")));
        check("5 Î¼g", Some(("Î¼", "μ")));
        check("menu â–¾", Some(("â–¾", "▾")));
    }

    #[test]
    fn utf8_read_as_latin_1_is_found() {
        check("the patientâ\u{80}\u{99}s muscle", Some(("â\u{80}\u{99}", "’")));
        check("a â\u{80}\u{94} b", Some(("â\u{80}\u{94}", "—")));
        check("Ã\u{89}tude", Some(("Ã\u{89}", "É")));
        check("a\u{80}b Ã\u{e0}", None);
        let read_as = |text: &str| find_mojibake(text).map(|found| found.read_as);
        assert_eq!(read_as("itâ\u{80}\u{99}s"), Some("ISO-8859-1"));
        assert_eq!(read_as("itâ€™s"), Some("windows-1252"));
    }

    #[test]
    fn good_text_passes() {
        check("", None);
        check("Ménière’s disease – naïve “façade”… 37°C ½ €5", None);
        check("« CAFÉ»", None);
        check("MANHÔ MAÇÃ” IRMÃ…", None);
        check("ÇA VA À 10 Å² × 5 Ø½ 3×½", None);
        check("Spaß… Fuß“ Straße", None);
        check("CÂ LA", None);
        check("Болезнь мышц, 中文, ελληνικά", None);
        check("café… fiancé” Â", None);
    }
}
