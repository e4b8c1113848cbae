//! Labels of buttons that stand glued to the end of a text.

/// The labels of a rule, longest first.
#[derive(Debug)]
pub struct Buttons {
    labels: Vec<String>,
    /// For each key whether a label has it: most texts have another one.
    keys: Box<[bool; KEYS]>,
}

const KEYS: usize = 512;
/// Bytes of a word that are counted.
const LONGEST_WORD: usize = 24;

impl Buttons {
    pub(super) fn new(mut labels: Vec<String>) -> Self {
        labels.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let mut keys = Box::new([false; KEYS]);
        labels.iter().for_each(|label| keys[key(label.as_bytes())] = true);
        Self { labels, keys }
    }

    /// The text without the label at its end and the space before that, if enough of a text is left.
    pub fn cut<'t>(&self, text: &'t str) -> Option<&'t str> {
        let bytes = text.as_bytes();
        if !self.keys[key(bytes)] {
            return None;
        }
        self.labels.iter().filter(|label| label.as_bytes().last() == bytes.last()).find_map(|label| {
            let rest = text.strip_suffix(label.as_str()).filter(|rest| rest.ends_with(is_space))?;
            (rest.trim().len() >= 3).then(|| rest.trim_end())
        })
    }

    /// Whether a text is one of the labels.
    pub fn has(&self, text: &str) -> bool {
        self.labels.iter().any(|label| label.eq_ignore_ascii_case(text))
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// A number for the last word of a text, by its length and its last byte.
fn key(text: &[u8]) -> usize {
    let end = &text[text.len().saturating_sub(LONGEST_WORD)..];
    let word = end.iter().rev().take_while(|&&byte| !is_space(byte.into())).count();
    (word * 59 + text.last().map_or(0, |&last| usize::from(last))) % KEYS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_cut_off_with_the_space_before_it() {
        let buttons = Buttons::new(["Save", "Save Share", "to list", "x"].map(str::to_owned).to_vec());
        let check = |text: &str, expected: Option<&str>| assert_eq!(buttons.cut(text), expected, "{text:?}");
        check("Gout Save", Some("Gout"));
        check("Gout \tSave Share", Some("Gout"));
        check("Gout to list", Some("Gout"));
        check("Gout x", Some("Gout"));
        check("Gout list", None);
        check("GoutSave", None);
        check("Go Save", None);
        check("Gout save", None);
        check("Save", None);
        check("", None);
        assert!(buttons.has("SAVE share") && !buttons.has("Save list"));
    }
}
