//! Pages for the benchmarks: disease pages of one template, each with words of its own.
//!
//! In: a number. Out: the same page each time, HTML of about 58 KB with menus, a sidebar, an article of
//! sections and lists, or text of about 3 KB. The words are common ones; no page is copied.

use std::fmt::Write as _;

/// Bytes that an HTML page has at least.
const HTML_BYTES: usize = 58_000;

const WORDS: [&str; 48] = [
    "pain",
    "fever",
    "muscle",
    "joint",
    "tissue",
    "calcium",
    "doctor",
    "symptom",
    "therapy",
    "risk",
    "blood",
    "skin",
    "often",
    "rarely",
    "chronic",
    "acute",
    "mild",
    "severe",
    "common",
    "early",
    "the",
    "of",
    "and",
    "in",
    "with",
    "after",
    "during",
    "without",
    "patients",
    "children",
    "adults",
    "weeks",
    "months",
    "years",
    "treatment",
    "diagnosis",
    "may",
    "can",
    "should",
    "include",
    "cause",
    "reduce",
    "increase",
    "need",
    "inflammation",
    "infection",
    "swelling",
    "movement",
];

/// A generator of words: a linear congruence, so that a page depends on its number alone.
struct Words(u64);

impl Words {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.next(WORDS.len())]).collect();
        let mut text = words.join(" ");
        text[..1].make_ascii_uppercase();
        text
    }

    fn sentences(&mut self, count: usize) -> String {
        let sentences: Vec<String> = (0..count)
            .map(|_| {
                let length = 8 + self.next(12);
                self.words(length) + "."
            })
            .collect();
        sentences.join(" ")
    }
}

/// What a run should find in a page of this number, text or HTML: title and code.
pub(crate) fn expected(number: u64) -> (String, String) {
    (Words(number).words(3), format!("M{:02}", number % 100))
}

/// An HTML page of about 58 KB.
pub(crate) fn html(number: u64) -> String {
    let mut words = Words(number);
    let title = words.words(3);
    let mut page = String::with_capacity(HTML_BYTES + 4_096);
    head(&mut page, &title);
    menu(&mut page, &mut words, 40);
    let _ = writeln!(
        page,
        "<main id=\"content\"><img src=\"/img/default.jpg\" alt=\"Default disease illustration\">\n\
         <div class=\"d-flex\"><h1>{title}</h1> <button class=\"btn\">Save</button></div>\n\
         <p>ICD-10 code: M{:02}</p>\n<p>Chapter: Diseases of the musculoskeletal system</p>\n\
         <article class=\"post entry-content\">",
        number % 100
    );
    while page.len() < HTML_BYTES - 9_000 {
        section(&mut page, &mut words);
    }
    page.push_str(
        "</article>\n<h4>Diagnosis Codes</h4>\n<p>Not Available</p>\n</main>\n<aside class=\"sidebar\">\n",
    );
    for _ in 0..20 {
        let (heading, text) = (words.words(4), words.sentences(1));
        let _ = writeln!(
            page,
            "<div class=\"widget related-post\"><h3 class=\"widget-title\"><a href=\"/d/{}\">{heading}</a></h3>\
             <p class=\"excerpt\">{text}</p></div>",
            words.next(9_999)
        );
    }
    page.push_str("</aside>\n");
    page.push_str(
        "<footer><p>&copy; 2024 Example Health. All rights reserved.</p><a href=\"/privacy\">Privacy</a>",
    );
    page.push_str("</footer>\n<script>window.dataLayer=window.dataLayer||[];</script></body>\n</html>\n");
    page
}

fn head(page: &mut String, title: &str) {
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title} | Example Health</title>\n\
         <link rel=\"canonical\" href=\"https://example.org/\">\n<style>"
    );
    for number in 0..60 {
        let _ = writeln!(page, ".c{number}{{padding:{number}px;margin:0 auto;color:#333}}");
    }
    page.push_str("</style></head>\n<body class=\"single\">\n");
}

fn menu(page: &mut String, words: &mut Words, entries: usize) {
    page.push_str("<header class=\"site-header\"><nav class=\"main-menu\"><ul>");
    for _ in 0..entries {
        let name = words.words(2);
        let _ = writeln!(
            page,
            "<li class=\"menu-item\"><a class=\"menu-link\" href=\"/topics/{}\">{name}</a></li>",
            words.next(9_999)
        );
    }
    page.push_str("</ul></nav></header>\n");
}

fn section(page: &mut String, words: &mut Words) {
    let _ = writeln!(page, "<h2 class=\"wp-block-heading\">{}</h2>", words.words(4));
    for _ in 0..3 {
        let (one, two, three) = (words.sentences(2), words.words(2), words.sentences(2));
        let _ = writeln!(page, "<p>{one} <strong>{two}</strong> {three}</p>");
    }
    page.push_str("<ul>\n");
    for _ in 0..5 {
        let item = words.words(6);
        let _ = writeln!(page, "<li>{item}</li>");
    }
    page.push_str("</ul>\n");
}

/// A text page of about 3 KB.
pub(crate) fn text(number: u64) -> String {
    let mut words = Words(number);
    let title = words.words(3);
    let mut page =
        format!("{title} Save\n\n{title}\nICD-10 code: M{:02}\nChapter: Diseases\n\n", number % 100);
    while page.len() < 2_700 {
        let heading = words.words(4);
        let _ = writeln!(page, "{heading}\n{}\n{}\n", words.sentences(2), words.sentences(3));
    }
    for point in 1..=5 {
        let _ = writeln!(page, "{point}. {}", words.words(7));
    }
    page.push_str("Diagnosis Codes\nNot Available\n");
    page
}
