//! Placeholders: text in, the first one out.
//!
//! Two kinds: marks of template languages and filler prose anywhere in a text (`{{ name }}`, `${name}`,
//! `{% if %}`, `%s`, `[object Object]`, lorem ipsum), and words that mean "nothing yet" where they are the
//! whole of a value (`TODO`, `undefined`, `coming soon`). `N/A` and "not available" are answers, and pass.

use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Longest template expression looked for; keeps the search linear whatever a page repeats.
const MAX_EXPRESSION: usize = 80;

/// Words that are a placeholder where they are all of a value, in any case; ASCII.
const WHOLE: &[&str] = &[
    "todo",
    "tbd",
    "fixme",
    "undefined",
    "null",
    "nan",
    "placeholder",
    "placeholder text",
    "coming soon",
    "content coming soon",
    "text here",
    "insert text here",
    "your text here",
];

/// Both spellings share it, and hardly any other text has it.
static LOREM: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("orem ipsum"));

/// The first placeholder of `text`, as it stands there.
pub fn find_placeholder(text: &str) -> Option<&str> {
    find_whole(text).or_else(|| template_mark(text)).or_else(|| lorem(text))
}

/// [`find_placeholder`] of a text without marks of templates.
pub(super) fn find_filler(text: &str) -> Option<&str> {
    find_whole(text).or_else(|| lorem(text))
}

/// The one that is all of `text` but for marks around it.
pub(super) fn find_whole(text: &str) -> Option<&str> {
    const LONGEST: usize = 40;
    const LONGEST_WORD: usize = 20;
    if text.len() > LONGEST {
        return None;
    }
    let bare = match text.as_bytes() {
        // Nearly every text: what is cut off is found out for the others.
        [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => text,
        _ => text.trim_matches(|character: char| !character.is_alphanumeric()),
    };
    let is_word = bare.len() <= LONGEST_WORD && WHOLE.iter().any(|word| word.eq_ignore_ascii_case(bare));
    is_word.then_some(bare)
}

fn lorem(text: &str) -> Option<&str> {
    let at = LOREM.find(text.as_bytes())?;
    let start = at.checked_sub(1).filter(|&before| text.as_bytes()[before].eq_ignore_ascii_case(&b'l'))?;
    text.get(start..start + "Lorem ipsum".len())
}

fn template_mark(text: &str) -> Option<&str> {
    memchr::memchr3_iter(b'{', b'%', b'[', text.as_bytes()).find_map(|at| {
        let rest = &text[at..];
        match rest.as_bytes() {
            [b'{', b'{', ..] => expression(rest, "{{", "}}"),
            [b'{', b'%', ..] => expression(rest, "{%", "%}"),
            [b'{', ..] if text[..at].ends_with('$') => expression(&text[at - 1..], "${", "}"),
            [b'%', b'=', ..] if text[..at].ends_with('<') => expression(&text[at - 1..], "<%=", "%>"),
            [b'%', ..] => conversion(text, at),
            _ => rest.get(..OBJECT.len()).filter(|start| *start == OBJECT),
        }
    })
}

/// What JavaScript makes of an object that is joined to a text.
const OBJECT: &str = "[object Object]";

/// `text` from its start to the first `close`, if between them stands what a template would name.
fn expression<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let window = &text.as_bytes()[open.len()..text.len().min(MAX_EXPRESSION)];
    let inner = memchr::memmem::find(window, close.as_bytes())?;
    let name = text.get(open.len()..open.len() + inner)?.trim();
    let is_name = name.len() > 1
        && name.starts_with(|character: char| character.is_ascii_alphabetic() || character == '_')
        && name.is_ascii();
    is_name.then(|| &text[..open.len() + inner + close.len()])
}

/// A conversion of `printf` (`%s`, `%d`) or Python (`%(name)s`) that stands alone: no figure before it,
/// which would make it a percentage, and no letter or figure behind it.
fn conversion(text: &str, at: usize) -> Option<&str> {
    let before = text[..at].chars().next_back();
    if before.is_some_and(|before| {
        before.is_alphanumeric() || before == '%' || before == ' ' && digit_ends(&text[..at])
    }) {
        return None;
    }
    let rest = &text[at + 1..];
    let name = match rest.strip_prefix('(') {
        Some(inner) => 2 + inner.bytes().take(MAX_EXPRESSION).position(|byte| byte == b')')?,
        None => 0,
    };
    let letter = rest.as_bytes().get(name).filter(|&&letter| matches!(letter, b's' | b'd'))?;
    let end = at + 1 + name + usize::from(letter.is_ascii());
    let behind = text.get(end..)?.chars().next();
    (!behind.is_some_and(char::is_alphanumeric)).then(|| &text[at..end])
}

/// Whether the last character but white space is a figure, as in `5 %`.
fn digit_ends(text: &str) -> bool {
    text.trim_end().ends_with(|character: char| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(find_placeholder(text), expected, "{text:?}");
    }

    #[test]
    fn whole_values_that_say_nothing_yet() {
        check("TODO", Some("TODO"));
        check("[tbd]", Some("tbd"));
        check("Coming soon…", Some("Coming soon"));
        check("undefined", Some("undefined"));
        check("NaN", Some("NaN"));
        check("A new drug is coming soon.", None);
        check("The cause is undefined", None);
        check("N/A", None);
        check("Not Available", None);
        check("", None);
    }

    #[test]
    fn no_word_is_longer_than_looked_for() {
        assert!(WHOLE.iter().all(|word| find_whole(&word.to_uppercase()).is_some()));
    }

    #[test]
    fn marks_of_templates() {
        check("about {{ disease.name }} here", Some("{{ disease.name }}"));
        check("{% include 'head' %}", Some("{% include 'head' %}"));
        check("Dear ${patient}", Some("${patient}"));
        check("<%= title %>", Some("<%= title %>"));
        check("see [object Object] below", Some("[object Object]"));
        check("contact %s for help", Some("%s"));
        check("in %(month)s", Some("%(month)s"));
        check("{{}} {{ 1 }} {{", None);
        check("a set {a, b} [1]", None);
        check("5%d, 10 %s, 20 % salt, %salt, 100%", None);
        check("%é %( é", None);
        check(&format!("{{{{ a{}", "{".repeat(1000)), None);
    }

    #[test]
    fn filler_prose() {
        check("Lorem ipsum dolor sit amet", Some("Lorem ipsum"));
        check("so lorem ipsum", Some("lorem ipsum"));
        check("floremipsum", None);
    }
}
