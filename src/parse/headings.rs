//! Placeholder until the scorer lands.

/// A line as the scorer sees it.
#[derive(Debug)]
pub struct Line<'a> {
    /// Its text.
    pub text: &'a str,
    /// A blank line stands before it.
    pub gap_before: bool,
    /// A blank line stands behind it.
    pub gap_after: bool,
    /// It has a list mark.
    pub list_mark: bool,
    /// It has the form `label: value`.
    pub labelled: bool,
}

/// Scores.
pub fn scores(lines: &[Line<'_>]) -> Vec<f32> {
    (0..lines.len())
        .map(|at| {
            let line = &lines[at];
            let short = line.text.split(' ').count() <= 12 && !line.text.ends_with(['.', '!', ';', ',']);
            let next_longer = lines.get(at + 1).is_some_and(|next| next.text.len() > line.text.len());
            if short && next_longer && !line.list_mark && !line.labelled { 1.0 } else { -1.0 }
        })
        .collect()
}
