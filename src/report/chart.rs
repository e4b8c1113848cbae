//! Tables whose numbers are drawn, too: rows in, a figure out. The bars are SVG; the text beside them is HTML,
//! so that it wraps, can be read aloud and copied, and keeps its size on every screen.

use super::html::escaped;
use crate::diagnostic::thousands;
use std::fmt::Write;

/// Rows of a chart at most.
const MAX_ROWS: usize = 30;

/// One bar.
pub(super) struct Bar {
    /// What it is of.
    pub(super) label: String,
    /// How much of the whole length it takes, from 0 to 100.
    pub(super) percent: f64,
    /// The number in words.
    pub(super) number: String,
    /// Its class in the style sheet: empty, or how bad it is.
    pub(super) class: &'static str,
    /// How long it has to be at least, if it has to.
    pub(super) floor: Option<f64>,
}

impl Bar {
    /// A bar for a share in percent.
    pub(super) fn share(label: impl Into<String>, percent: f64) -> Self {
        let number = format!("{percent:.1}%");
        Self { label: label.into(), percent, number, class: "", floor: None }
    }
}

/// Bars for counts, the longest as long as can be.
pub(super) fn counts(rows: impl IntoIterator<Item = (String, u64)>) -> Vec<Bar> {
    let rows: Vec<(String, u64)> = rows.into_iter().collect();
    let most = rows.iter().map(|&(_, count)| count).max().unwrap_or_default().max(1) as f64;
    let bar = |(label, count): (String, u64)| Bar {
        label,
        percent: count as f64 * 100.0 / most,
        number: thousands(count),
        class: "",
        floor: None,
    };
    rows.into_iter().map(bar).collect()
}

/// Draws a chart; nothing for no bars.
pub(super) fn draw(out: &mut String, title: &str, note: &str, bars: &[Bar]) {
    if bars.is_empty() {
        return;
    }
    let _ = write!(out, "<figure><table class=\"chart\"><caption>{}", escaped(title));
    if !note.is_empty() {
        let _ = write!(out, " <span class=\"dim\">{}</span>", escaped(note));
    }
    out.push_str("</caption><tbody>\n");
    for bar in bars.iter().take(MAX_ROWS) {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td>{}</td></tr>",
            escaped(&bar.label),
            escaped(&bar.number),
            svg(bar)
        );
    }
    out.push_str("</tbody></table>");
    if bars.len() > MAX_ROWS {
        let _ = write!(out, "<p class=\"dim\">{} more are in run.json.</p>", bars.len() - MAX_ROWS);
    }
    out.push_str("</figure>\n");
}

/// The bar itself, stretched to the width it gets.
pub(super) fn svg(bar: &Bar) -> String {
    let width = bar.percent.clamp(0.0, 100.0);
    let floor = bar.floor.map_or(String::new(), |floor| {
        format!("<rect class=\"floor\" x=\"{:.1}\" width=\"0.8\" height=\"10\"/>", floor.clamp(0.0, 99.2))
    });
    format!(
        "<svg class=\"bar {}\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" width=\"100\" height=\"10\"/><rect class=\"fill\" width=\"{width:.1}\" height=\"10\"/>{floor}</svg>",
        bar.class
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_as_long_as_can_be() {
        let bars = counts([("a".to_owned(), 1), ("b".to_owned(), 4_000)]);
        assert_eq!((bars[1].percent, bars[1].number.as_str()), (100.0, "4,000"));
        assert_eq!(bars[0].percent, 0.025);
        assert!(counts([]).is_empty());
    }
}
