//! Progress on stderr: a bar on a terminal, a plain line now and then elsewhere.

use super::args::When;
use super::printer::{note, stderr_is_terminal};
use super::summary::thousands;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// How often a plain line is printed, and how often where the user asked for progress.
const LINE_INTERVAL: Duration = Duration::from_secs(10);
const ASKED_INTERVAL: Duration = Duration::from_secs(1);

/// How often the bar is drawn, in Hertz.
const BAR_RATE: u8 = 10;

/// Shows how far a run is.
#[derive(Debug)]
pub(crate) enum Indicator {
    Bar(ProgressBar),
    Lines(Lines),
    None,
}

/// Progress as plain lines.
#[derive(Debug)]
pub(crate) struct Lines {
    started: Instant,
    printed: Instant,
    interval: Duration,
    total: u64,
    done: u64,
}

impl Indicator {
    /// What `when` asks for; a quiet command shows nothing.
    pub(crate) fn new(when: When, is_quiet: bool) -> Self {
        match when {
            _ if is_quiet => Self::None,
            When::Never => Self::None,
            When::Auto | When::Always if !stderr_is_terminal() => {
                let (now, is_asked) = (Instant::now(), matches!(when, When::Always));
                let interval = if is_asked { ASKED_INTERVAL } else { LINE_INTERVAL };
                Self::Lines(Lines { started: now, printed: now, interval, total: 0, done: 0 })
            }
            When::Auto | When::Always => {
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(BAR_RATE));
                let style = ProgressStyle::with_template(
                    "{wide_bar} {human_pos} of {human_len} files, {rate} files/s, {eta} left",
                );
                let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
                Self::Bar(bar.with_style(style.with_key("rate", write_rate)))
            }
        }
    }

    /// So many files will come.
    pub(crate) fn start(&mut self, files: u64) {
        match self {
            Self::Bar(bar) => bar.set_length(files),
            Self::Lines(lines) => lines.total = files,
            Self::None => {}
        }
    }

    /// One more has come to its end.
    pub(crate) fn advance(&mut self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines(lines) => lines.advance(),
            Self::None => {}
        }
    }

    /// Prints a line on stderr without breaking the bar.
    pub(crate) fn note(&self, line: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| note(line)),
            Self::Lines(_) | Self::None => note(line),
        }
    }

    /// Takes the bar away; who asked for lines sees how far it came.
    pub(crate) fn finish(&self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines(lines) if lines.interval == ASKED_INTERVAL => lines.print(),
            Self::Lines(_) | Self::None => {}
        }
    }
}

fn write_rate(state: &ProgressState, out: &mut dyn Write) {
    // Writing to the line of the bar cannot fail.
    let _ = out.write_str(&thousands(state.per_sec() as u64));
}

impl Lines {
    fn advance(&mut self) {
        self.done += 1;
        if self.printed.elapsed() >= self.interval {
            self.printed = Instant::now();
            self.print();
        }
    }

    fn print(&self) {
        let Self { total, done, .. } = *self;
        let rate = done as f64 / self.started.elapsed().as_secs_f64().max(f64::MIN_POSITIVE);
        let left = if done == 0 { 0.0 } else { total.saturating_sub(done) as f64 / rate };
        note(&format!(
            "{} of {} files, {} files/s, {left:.0} s left",
            thousands(done),
            thousands(total),
            thousands(rate as u64)
        ));
    }
}
