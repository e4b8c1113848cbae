//! The findings of one page while they are gathered.
//!
//! In: findings in any order. Out: [`Diagnostic`]s in page order, each with the severity the profile gives
//! it, at most so many of one id. What the profile turns off is never worded. Judges nothing.

use crate::catalogue;
use crate::diagnostic::{Diagnostic, DiagnosticId, Severity};
use crate::span::{Line, Span};

/// The severity of an id under a profile, given its default; `None` if the profile turns it off.
pub(super) type Severities<'a> = &'a dyn Fn(DiagnosticId, Severity) -> Option<Severity>;

/// The line on which a place of the page starts; `None` if that is not known.
pub(super) type Lines<'a> = &'a dyn Fn(Span) -> Option<Line>;

/// Findings of one page, as they come.
pub(super) struct Findings<'a> {
    lines: Lines<'a>,
    severities: Severities<'a>,
    /// How many of one id are kept.
    limit: usize,
    found: Vec<Diagnostic>,
    tallies: Vec<Tally>,
}

/// How often an id was found.
struct Tally {
    id: DiagnosticId,
    count: usize,
    /// Place and severity of the first finding that was left out.
    first_left_out: Option<(Option<Span>, Severity)>,
}

impl<'a> Findings<'a> {
    /// No findings yet, on a page with these lines; at most `limit` of one id are kept.
    pub(super) fn new(lines: Lines<'a>, severities: Severities<'a>, limit: usize) -> Self {
        Self { lines, severities, limit, found: Vec::new(), tallies: Vec::new() }
    }

    /// Adds a finding; `message` is asked for only if it will be shown.
    pub(super) fn add(
        &mut self,
        id: DiagnosticId,
        field: impl Into<Option<&'static str>>,
        span: impl Into<Option<Span>>,
        message: impl FnOnce() -> String,
    ) {
        let default = catalogue::entry(id).map_or(Severity::Warning, |entry| entry.severity);
        let Some(severity) = (self.severities)(id, default) else { return };
        let span = span.into();
        if self.has_room(id, span, severity) {
            let line = span.and_then(self.lines);
            self.found.push(Diagnostic { id, severity, field: field.into(), line, span, message: message() });
        }
    }

    /// Takes over a finding of an earlier stage.
    pub(super) fn take(&mut self, earlier: &Diagnostic) {
        let Some(severity) = (self.severities)(earlier.id, earlier.severity) else { return };
        if self.has_room(earlier.id, earlier.span, severity) {
            let line = earlier.line.or_else(|| earlier.span.and_then(self.lines));
            self.found.push(Diagnostic { severity, line, ..earlier.clone() });
        }
    }

    /// Counts one more finding of `id`; `false` if there are enough of them.
    fn has_room(&mut self, id: DiagnosticId, span: Option<Span>, severity: Severity) -> bool {
        let at = match self.tallies.iter().position(|tally| tally.id == id) {
            Some(at) => at,
            None => {
                self.tallies.push(Tally { id, count: 0, first_left_out: None });
                self.tallies.len() - 1
            }
        };
        let tally = &mut self.tallies[at];
        tally.count += 1;
        if tally.count > self.limit {
            tally.first_left_out.get_or_insert((span, severity));
        }
        tally.count <= self.limit
    }

    /// The findings by place, then by id; those without a place come first.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        for tally in &self.tallies {
            let Some((span, severity)) = tally.first_left_out else { continue };
            let more = tally.count - self.limit;
            self.found.push(Diagnostic {
                id: tally.id,
                severity,
                field: None,
                line: span.and_then(self.lines),
                span,
                message: format!(
                    "{more} more findings of this kind are left out; cure those listed and run again, or raise \
                     `--max-findings`"
                ),
            });
        }
        let start = |diagnostic: &Diagnostic| diagnostic.span.map_or(0, |span| span.start);
        self.found.sort_by(|a, b| {
            (start(a), a.id, a.field, &a.message).cmp(&(start(b), b.id, b.field, &b.message))
        });
        self.found.dedup();
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{CODE_MISSING, LEVEL_JUMP, POINT_EMPTY};
    use crate::limits::MAX_FINDINGS;
    use crate::span::LineIndex;

    fn gather(severities: Severities<'_>, fill: impl FnOnce(&mut Findings<'_>)) -> Vec<String> {
        let index = LineIndex::new("one\ntwo\nthree\n");
        let lines = |span: Span| Some(index.line(span.start));
        let mut findings = Findings::new(&lines, severities, MAX_FINDINGS);
        fill(&mut findings);
        let show = |d: &Diagnostic| {
            format!("{} {} {} {}", d.id, d.severity, d.line.map_or(0, |line| line.get()), d.message)
        };
        findings.finish().iter().map(show).collect()
    }

    #[test]
    fn findings_come_in_page_order_then_by_id_and_once() {
        let found = gather(&|_, default| Some(default), |findings| {
            findings.add(POINT_EMPTY, None, Span::new(4, 7), || "b".into());
            findings.add(LEVEL_JUMP, None, Span::new(4, 7), || "a".into());
            findings.add(POINT_EMPTY, None, Span::new(4, 7), || "b".into());
            findings.add(CODE_MISSING, "code", None, || "c".into());
        });
        assert_eq!(found, ["N201 error 0 c", "N303 info 2 a", "N404 warning 2 b"]);
    }

    #[test]
    fn the_profile_decides_the_severity_and_what_is_told() {
        let severities = |id, default| match id {
            POINT_EMPTY => None,
            LEVEL_JUMP => Some(Severity::Error),
            _ => Some(default),
        };
        let found = gather(&severities, |findings| {
            findings.add(POINT_EMPTY, None, None, || panic!("worded although it is off"));
            findings.add(LEVEL_JUMP, None, None, || "a".into());
            findings.take(&Diagnostic {
                id: LEVEL_JUMP,
                severity: Severity::Info,
                field: None,
                line: None,
                span: Some(Span::new(9, 10)),
                message: "of an earlier stage".into(),
            });
        });
        assert_eq!(found, ["N303 error 0 a", "N303 error 3 of an earlier stage"]);
    }

    #[test]
    fn many_of_one_kind_end_in_their_number() {
        let found = gather(&|_, default| Some(default), |findings| {
            for at in 0..MAX_FINDINGS + 7 {
                findings.add(POINT_EMPTY, None, Span::new(at, at), || format!("point {at:03}"));
            }
        });
        assert_eq!(found.len(), MAX_FINDINGS + 1);
        assert!(found[MAX_FINDINGS].contains("7 more findings"), "{}", found[MAX_FINDINGS]);
    }
}
