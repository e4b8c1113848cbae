//! Bars as SVG: rows of label, number and its text in, a figure out.

use super::html::escaped;
use std::fmt::Write;

/// Sizes in units of the drawing, which is scaled to its column.
const ROW: usize = 20;
const LABEL: usize = 200;
const WIDTH: usize = 480;
const NUMBER: usize = 60;

/// Characters of a label.
const MAX_LABEL: usize = 30;

/// Draws a chart; nothing for no rows.
pub(super) fn bars(out: &mut String, title: &str, rows: &[(String, f64, String)]) {
    if rows.is_empty() {
        return;
    }
    let most = rows.iter().map(|&(_, value, _)| value).fold(0.0, f64::max);
    let room = (WIDTH - LABEL - NUMBER) as f64;
    let _ = writeln!(
        out,
        "<figure><figcaption>{title}</figcaption><svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{title}\">",
        rows.len() * ROW
    );
    for (at, (label, value, number)) in rows.iter().enumerate() {
        let y = at * ROW;
        let width = if most > 0.0 { value / most * room } else { 0.0 };
        let short: String = label.chars().take(MAX_LABEL).collect();
        let _ = writeln!(
            out,
            "<text x=\"0\" y=\"{}\">{}</text><rect x=\"{LABEL}\" y=\"{}\" width=\"{width:.1}\" height=\"12\"/><text x=\"{:.1}\" y=\"{}\">{}</text>",
            y + 14,
            escaped(&short),
            y + 4,
            LABEL as f64 + width + 6.0,
            y + 14,
            escaped(number)
        );
    }
    out.push_str("</svg></figure>\n");
}
