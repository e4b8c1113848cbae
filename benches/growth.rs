//! How the cost of a page grows with its size, for shapes that could make it grow faster.
//!
//! Run with `cargo bench --bench growth`, with `-- WORD` for shapes whose part has that word. Each shape is a
//! part repeated n and 2n times, through the whole pipeline; where twice the page costs over [`BOUND`]
//! times as much, the line is marked and the program ends with 1. Pages go up to a few MB: below a
//! millisecond a ratio says nothing.

#![expect(clippy::print_stdout, reason = "a benchmark's output is its result")]

use nosograph::icd::Reference;
use nosograph::page::{EncodingSource, Format, Page};
use nosograph::pipeline::Pipeline;
use nosograph::profile::Profile;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Bytes of the larger page of each shape.
const BYTES: usize = 2 << 20;
const ROUNDS: usize = 3;
/// Twice the page should cost twice as much; memory that no longer fits a cache costs more.
const BOUND: f64 = 3.5;

/// What stands once before the parts, and the part; `#` in it is its number.
const TEXTS: &[(&str, &str)] = &[
    ("", "x\n"),
    ("", "Short line\n"),
    ("", "Short line\n\n"),
    ("", "Line #\n"),
    ("", "Line #\n\nText that goes on for a while and ends as a sentence does, with a period.\n\n"),
    ("", "ICD-10 code: M61.0\n"),
    ("", "ICD-10 code: M61.0\nICD-10 code: E11.9\n"),
    ("", "M61.0 Calcification\n"),
    ("", "M61.0, E11.9, "),
    ("", "M61.0 "),
    ("", "Codes\n\nM61.0\n"),
    ("Diagnosis Codes\n", "M61.0 Calcification of muscle\n"),
    ("Diagnosis Codes\n", "M61.0\nCalcification of muscle\n"),
    ("Title\n", "Title\n"),
    ("Title of a page | Site\n", "Title of a page\n\n"),
    ("", "Title: a word\n"),
    ("", "Chapter: Diseases of the skin\n"),
    ("", "Chapter #\n"),
    ("", "- item\n"),
    ("", "* item #\n"),
    ("", "1. item\n"),
    ("", "#. item\n"),
    ("", "(a) item\n"),
    ("", "  - item\n    - deeper\n"),
    ("", "1.#. Part\n\nText below it.\n\n"),
    ("", "1.1.1.1. Part\n"),
    ("Contents\n\n", "Part #\n"),
    ("Contents\n\nPart 1\nPart 2\n\n", "Part 1\nText below the part.\n"),
    ("", "a\tb\tM61.0\n"),
    ("Code\tTitle\n", "M61.0\tCalcification #\n"),
    ("", "| M61.0 | Calcification |\n"),
    ("| Code | Title |\n|---|---|\n", "| M61.# | Title # |\n"),
    ("", "Home > Diseases > "),
    ("", "Home | "),
    ("", "Key: value\n"),
    ("", "Key #: value #\n"),
    ("", "key — value; "),
    ("", "**bold** "),
    ("", "**"),
    ("", "[link](url) "),
    ("", "[["),
    ("", "# Heading\n"),
    ("", "# Heading #\n\ntext\n"),
    ("", "Heading\n=======\n"),
    ("", "> "),
    ("", "> quote\n"),
    ("---\n", "key: value\n"),
    ("", "---\n"),
    ("", "Q: What is it?\nA: It is that.\n"),
    ("", "What is it?\n\n"),
    ("", "See also\n"),
    ("", "Last updated: 2024-01-01\n"),
    ("", "(M61.0) "),
    ("", "code M61.0 and "),
    ("", "known as "),
    ("", "&amp "),
    ("", "&amp;"),
    ("", "Ä"),
    ("", "a\u{301}"),
    ("", "\u{200b}"),
    ("", "\u{a0}\u{a0}"),
    ("", "  "),
    ("", "\n"),
    ("", "\r"),
    ("", "(("),
    ("", "\"x "),
    ("", "word-\n"),
    ("", "disease of the muscle, "),
    ("", "Болезнь мышц\n\nБолезнь мышц и суставов, которая длится долго и лечится плохо.\n\n"),
    ("", "筋肉の病気\n\n筋肉が硬くなり、動きにくくなります。\n\n"),
];

/// As [`TEXTS`], of HTML.
const MARKUP: &[(&str, &str)] = &[
    ("", "<p>M61.0 Calcification</p>"),
    ("", "<p>ICD-10 code: M61.0</p>"),
    ("", "<p>1. item</p>"),
    ("", "<p>#. item</p><p>Text.</p>"),
    ("", "<h2>Part #</h2><p>Text.</p>"),
    ("", "<h1>Title</h1>"),
    ("<title>Title - Site</title>", "<h1>Title</h1><h2>Title</h2>"),
    ("", "<li>M61.0"),
    ("", "<ul><li>M61.0 Title<li>E11.9 Title</ul>"),
    ("", "<ul><li><a href=#>Link</a></ul>"),
    ("", "<ol><li>item #</ol>"),
    ("", "<dl><dt>Key<dd>value</dl>"),
    ("", "<dt>Key #<dd>value"),
    ("<table>", "<tr><td>M61.0<td>Title"),
    ("<table><tr><th>Code<th>Title", "<tr><td>M61.0<td>Title #"),
    ("", "<table><tr><td>M61.0</table>"),
    ("<table>", "<tr><td rowspan=9>M61.0<td>Title"),
    ("", "<div class=c#>line</div>"),
    ("", "<div class=c>Line</div><div>Text that goes on for a while and ends with a period.</div>"),
    ("", "<div><b>Line</b></div>"),
    ("", "<span class=h#>Line</span><br>"),
    ("", "<p class=h>Line</p><p>Text that goes on for a while.</p>"),
    ("", "<p><b>Line #</b></p><p>Text that goes on for a while.</p>"),
    ("", "<p><strong>Key:</strong> value</p>"),
    ("", "<nav><a href=#>Link</a></nav>"),
    ("<nav>", "<a href=#>Link</a>"),
    ("", "<section><h2>Part</h2>"),
    ("", "<article><p>Text that goes on for a while and ends with a period.</p></article>"),
    ("", "<button>Part #</button><div>Text that goes on for a while.</div>"),
    ("", "<details><summary>Part</summary>Text</details>"),
    ("", "<a id=p#></a><a href='#p#'>Part #</a><h2 id=q#>Part #</h2>"),
    ("", "<p hidden>x</p>"),
    ("", "<meta name=a content='M61.0'>"),
    ("", "<script type='application/ld+json'>{\"@type\":\"MedicalCondition\"}</script>"),
    ("<script type='application/ld+json'>{\"a\":", "[{\"code\":\"M61.0\"},"),
    ("", "<img alt='x'>"),
    ("", "<p>x<p>&nbsp;<br>"),
    ("", "x<br>y<br><br>"),
    ("<pre>", "M61.0  Title\n"),
    ("<textarea>", "</textare"),
    ("", "<time>2024</time>"),
    ("", "<sup>1</sup>"),
    ("", "<p style='font-weight:bold'>Line</p>"),
    ("", "<a"),
    ("", "<p a=b c=d"),
    ("", "<div><ul><li><p>"),
    ("", "</div><p>"),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let profile = match Profile::default_profile() {
        Ok(profile) => profile,
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let pipeline = Pipeline { profile: &profile, reference: Reference::embedded() };
    let mut is_bound = true;
    for (format, shapes) in [(Format::Text, TEXTS), (Format::Html, MARKUP)] {
        for (start, part) in shapes.iter().filter(|(_, part)| is_wanted(&wanted, part)) {
            let times = BYTES / part.len();
            let pages = [times / 2, times].map(|times| page(format, start, part, times));
            let (mut ratio, mut took) = growth(&pipeline, &pages);
            if ratio > BOUND {
                // A neighbor on the machine costs as much, but hardly twice.
                (ratio, took) = growth(&pipeline, &pages);
            }
            let mark = if ratio > BOUND { "  <- grows faster than the page" } else { "" };
            is_bound &= ratio <= BOUND;
            println!(
                "{ratio:5.2} x  {:7.1} ms  {format:?} {start:?} {part:?}{mark}",
                took.as_secs_f64() * 1e3
            );
        }
    }
    if is_bound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_wanted(wanted: &[String], part: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|word| part.contains(word))
}

fn page(format: Format, start: &str, part: &str, times: usize) -> Page {
    let parts: String = (0..times).map(|number| part.replace('#', &number.to_string())).collect();
    Page::from_utf8("page".into(), format, EncodingSource::ValidUtf8, format!("{start}{parts}"))
}

/// How many times as much the second page costs, and what it costs.
fn growth(pipeline: &Pipeline<'_>, pages: &[Page; 2]) -> (f64, Duration) {
    let [once, twice] = pages.each_ref().map(|page| best(pipeline, page));
    (twice.as_secs_f64() / once.as_secs_f64(), twice)
}

fn best(pipeline: &Pipeline<'_>, page: &Page) -> Duration {
    let round = || {
        let started = Instant::now();
        black_box(pipeline.process(page));
        started.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}
