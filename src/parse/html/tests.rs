//! What a reader sees of small pages, as blocks.

use super::*;
use crate::document::{Block, BlockKind, Place};
use crate::page::{EncodingSource, Format};
use crate::parse::tree::kind_name;

fn page(html: &str) -> Page {
    Page::from_utf8("page.html".to_owned(), Format::Html, EncodingSource::ValidUtf8, html.to_owned())
}

/// Expects `kind: text` of each block, and that its bytes read back as its text.
fn check(html: &str, expected: &[&str]) {
    let page = page(html);
    let document = parse(&page);
    let got: Vec<String> =
        document.blocks.iter().map(|block| format!("{}: {}", kind_name(&block.kind), block.text)).collect();
    assert_eq!(got, expected, "{html}");
    check_sources(html, &document.blocks);
}

fn check_sources(html: &str, blocks: &[Block<'_>]) {
    let mut end = 0;
    for block in blocks {
        let source = &html[block.span.range()];
        let text = match block.kind {
            BlockKind::Preformatted => block.text.split_ascii_whitespace().collect::<Vec<_>>().join(" "),
            _ => block.text.to_string(),
        };
        assert_eq!(fragment_text(source), text, "{html}: bytes of {block:?}");
        assert!(block.outer.contains(block.span), "{html}: {block:?}");
        assert!(end <= block.outer.start, "{html}: {block:?} overlaps the one before");
        end = block.outer.end;
    }
}

#[test]
fn paragraphs_end_where_browsers_end_them() {
    check("<p>One<p>Two", &["paragraph: One", "paragraph: Two"]);
    check("<div>a <b>b</b><i>c</i> d</div>e", &["paragraph: a bc d", "paragraph: e"]);
    check("a<!-- x -->b<script>c</script>d", &["paragraph: abd"]);
    check("<p>a<div>b</div>c</p>d", &["paragraph: a", "paragraph: b", "paragraph: c", "paragraph: d"]);
    check(
        "<p>ICD-10 code: K29<br>Chapter: XI</p>",
        &["paragraph: ICD-10 code: K29", "paragraph: Chapter: XI"],
    );
    check("x &lt; y &amp;&nbsp; z", &["paragraph: x < y & z"]);
    check("a < b", &["paragraph: a < b"]);
}

#[test]
fn a_numbered_item_without_text_is_kept_where_its_list_has_some() {
    let items = |html: &str| {
        let page = page(html);
        let document = parse(&page);
        check_sources(html, &document.blocks);
        let item = |block: &Block<'_>| {
            let marker = block.list_item().and_then(|item| item.marker.clone()).unwrap_or_default();
            format!("{marker}{}", block.text)
        };
        document.blocks.iter().map(item).collect::<Vec<_>>()
    };
    let check = |html: &str, expected: &[&str]| assert_eq!(items(html), expected, "{html}");
    check("<ol><li>a</li><li></li><li>b</li></ol>c", &["1.a", "2.", "3.b", "c"]);
    check("<ol><li><li> <li>a<li><b> </b></ol>", &["1.", "2.", "3.a", "4."]);
    check("<ol reversed><li>a<li><li>b</ol>", &["3.a", "2.", "1.b"]);
    check("<ol><li><li></ol>a", &["a"]);
    check("<ul><li>a<li><li>b</ul>", &["•a", "•b"]);
    check("<ol><li>a<li><table><li>", &["1.a", "2."]);
    check("<ol><li>a<li hidden><li><table><tr><td>b</table></ol>", &["1.a", "b"]);
}

#[test]
fn chips_with_a_label_are_lines() {
    check(
        "<div><span class=chip>ICD-10: K29</span><span class=chip>Chapter: XI</span><span class=chip>New</span></div>",
        &["paragraph: ICD-10: K29", "paragraph: Chapter: XI", "paragraph: New"],
    );
    check("<p><span class=a>Note: to</span><span class=b>morrow</span></p>", &["paragraph: Note: tomorrow"]);
    check("<p><span class=a>to</span><span class=a>morrow</span></p>", &["paragraph: tomorrow"]);
    check("<p><span class=a>Code:</span><span class=a>K29</span></p>", &["paragraph: Code:K29"]);
    check("<p><span>Note: to</span><span>morrow</span></p>", &["paragraph: Note: tomorrow"]);
}

#[test]
fn paragraphs_that_count_up_are_a_list() {
    check(
        "<p>1. Rest<p>2. 5 mg<p>End",
        &["item 1. depth 1: Rest", "item 2. depth 1: 5 mg", "paragraph: End"],
    );
    check("<p>1) a&amp;b <i>c</i></p><p>2) d</p>", &["item 1. depth 1: a&b c", "item 2. depth 1: d"]);
    let apart = "<div><span>1</span><span>Rest</span></div><div><b>2</b> Water</div>";
    check(apart, &["item 1. depth 1: Rest", "item 2. depth 1: Water"]);
    check("<div><span>1</span><span>st</span></div><p>x</p>", &["paragraph: 1st", "paragraph: x"]);
    check(
        "<p>1. Rest</p><p>Text</p><p>2. Water</p>",
        &["paragraph: 1. Rest", "paragraph: Text", "paragraph: 2. Water"],
    );
    check("<p>2. Rest</p><p>3. Water</p>", &["paragraph: 2. Rest", "paragraph: 3. Water"]);
    check("<p>1.5 mg</p><p>2.5 mg</p>", &["paragraph: 1.5 mg", "paragraph: 2.5 mg"]);
}

#[test]
fn lines_of_one_span_above_lists_are_headings() {
    let part = |class: &str, words: &str| format!("<span class={class}>{words}</span><ul><li>a</ul>");
    let check_parts = |parts: [String; 2], kind: &str| {
        let html = format!("<div>{}{}</div>", parts[0], parts[1]);
        check(
            &html,
            &[
                &format!("{kind}: Causes"),
                "item • depth 1: a",
                &format!("{kind}: Signs"),
                "item • depth 1: a",
            ],
        );
    };
    check_parts([part("l", "Causes"), part("l", "Signs")], "heading");
    // Of two classes, and of names that look like none.
    check(
        &format!("<div>{}{}</div>", part("l", "On 3 May 2024"), part("m", "At 10 o'clock")),
        &["paragraph: On 3 May 2024", "item • depth 1: a", "paragraph: At 10 o'clock", "item • depth 1: a"],
    );
    check(
        "<div><span>One</span> more<ul><li>a</ul><span>Two</span> more<ul><li>a</ul></div>",
        &["paragraph: One more", "item • depth 1: a", "paragraph: Two more", "item • depth 1: a"],
    );
}

#[test]
fn headings_have_their_levels() {
    check("<h1>A</h1><h6>B</h6>", &["heading 1: A", "heading 6: B"]);
    check("<h2>A<br>B</h2>", &["heading 2: A B"]);
    check("<h2><div>A</div></h3>c", &["heading 2: A", "paragraph: c"]);
    check("<div role=heading aria-level=3>A</div>", &["heading 3: A"]);
    check("<h1>A</h1> <button>Save</button>", &["heading 1: A", "control: Save"]);
}

#[test]
fn a_button_alone_in_a_heading_is_the_heading() {
    check("<h2><button>A</button></h2>b", &["heading 2: A", "paragraph: b"]);
    check("<h1>A <button>Save</button></h1>", &["heading 1: A", "control: Save"]);
}

#[test]
fn bold_paragraphs_before_text_are_headings() {
    check(
        "<p><b>Causes</b></p><p>Not known at all.</p>",
        &["heading: Causes", "paragraph: Not known at all."],
    );
    check(
        "<p><b>Causes.</b></p><p>Not known at all.</p>",
        &["paragraph: Causes.", "paragraph: Not known at all."],
    );
    check("<p><b>Not</b> so</p><p>Known to all.</p>", &["paragraph: Not so", "paragraph: Known to all."]);
    check("<p><b>A</b></p><p><b>Long</b></p>", &["paragraph: A", "paragraph: Long"]);
    check(
        "<h1>Mumps</h1><p><b>For parents</b></p><p>ICD-10: B26.9, mumps</p>",
        &["heading 1: Mumps", "paragraph: For parents", "paragraph: ICD-10: B26.9, mumps"],
    );
    check(
        "<h1>Mumps</h1><p><b>What is it?</b></p><p>A: An infection.</p>",
        &["heading 1: Mumps", "heading: What is it?", "paragraph: A: An infection."],
    );
}

#[test]
fn panels_behind_a_control_are_read() {
    check("<button aria-controls=x>A</button><div id=x hidden>b</div>", &["control: A", "paragraph: b"]);
    check("<div id=x hidden>b</div>c", &["paragraph: c"]);
    check("<nav><button aria-controls=x>A</button><ul id=x hidden><li>b</ul></nav>", &["control: A"]);
    check("<div hidden id='S:1f'>a</div><div hidden id='S:x'>b</div>", &["paragraph: a"]);
}

#[test]
fn buttons_that_open_panels_with_text_are_headings() {
    let part = |button: &str| {
        format!("<button class='accordion {button}'>{button}</button><div>Text of {button}.</div>")
    };
    let found =
        ["heading: Causes", "paragraph: Text of Causes.", "heading: Signs", "paragraph: Text of Signs."];
    check(&format!("{}{}", part("Causes"), part("Signs")), &found);
    check(&part("Causes"), &["control: Causes", "paragraph: Text of Causes."]);
    let more = ["control: More", "paragraph: Text of More."];
    check(&part("More").repeat(2), &[more, more].concat());
    check(
        "<button class=accordion>A</button><button class=accordion>B</button>c",
        &["control: A", "control: B", "paragraph: c"],
    );
}

#[test]
fn paragraphs_with_the_same_bullet_are_a_list() {
    check("<p>·&nbsp; One</p><p>·&nbsp; Two</p>", &["item · depth 1: One", "item · depth 1: Two"]);
    check(
        "<p>- One<br>- Two</p><p>- so it is",
        &["item - depth 1: One", "item - depth 1: Two", "item - depth 1: so it is"],
    );
    check("<p>- One</p><p>* Two</p>", &["paragraph: - One", "paragraph: * Two"]);
}

#[test]
fn lists_have_markers_and_depth() {
    check("<ol><li>A<li>B</ol>", &["item 1. depth 1: A", "item 2. depth 1: B"]);
    check(
        "<ol start=3 type=a><li>A<li value=9>B<li>C</ol>",
        &["item c. depth 1: A", "item i. depth 1: B", "item j. depth 1: C"],
    );
    check("<ul><li>A<ul><li>B</ul>C</ul>", &["item • depth 1: A", "item • depth 2: B", "paragraph: C"]);
    check("<ul><li><p>A<p>B</ul>", &["item • depth 1: A", "paragraph: B"]);
    check("<ol reversed><li>A<li>B</ol>", &["item 2. depth 1: A", "item 1. depth 1: B"]);
    check("<ul style='list-style: none'><li>A</ul>", &["item - depth 1: A"]);
    check("<li>A", &["item • depth 1: A"]);
    check("<ul><li><h3>A</h3>b</ul>", &["heading 3: A", "paragraph: b"]);
    check("<dl><dt>A<dd>b<dd><p>c<p>d</dl>", &["term: A", "definition: b", "definition: c", "definition: d"]);
}

#[test]
fn rows_of_data_are_one_block_each() {
    check(
        "<table><tr><th>ICD-10</th><td>K29</td></tr><tr><td>a<td><p>b</table>",
        &["row of 2: ICD-10\tK29", "row of 2: a\tb"],
    );
    check("<table><tr><td></td><td>a</td><td> </td><td>b<br>c<td></table>", &["row of 5: a\t\tb c"]);
    check("<table><caption>T</caption><tr><td>a</table>", &["caption: T", "row of 1: a"]);
    check("<table><td hidden>a<td>b</table>", &["row of 1: b"]);
    check(
        "<table><tr><td><h1>A</h1><p>b</p><td>c</table>",
        &["heading 1: A", "paragraph: b", "paragraph: c"],
    );
    check("<table><tr><td><p>a</p></table>", &["paragraph: a"]);
    check(
        "<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>",
        &["paragraph: a", "row of 2: b\tc", "paragraph: d"],
    );
}

#[test]
fn rows_know_their_cells() {
    let html = "<table><tr><th>Code</th><td>K&amp;29</td></tr></table>";
    let page = page(html);
    let document = parse(&page);
    let BlockKind::TableRow(row) = &document.blocks[0].kind else { panic!("no row") };
    let text = &document.blocks[0].text;
    let cells: Vec<(&str, &str, bool)> = row
        .cells
        .iter()
        .map(|cell| (&text[cell.text.range()], &html[cell.span.range()], cell.header))
        .collect();
    assert_eq!(cells, [("Code", "Code", true), ("K&29", "K&amp;29", false)]);
    assert!(!row.header);
}

#[test]
fn hidden_text_is_not_seen() {
    check("<p hidden>a</p><p>b", &["paragraph: b"]);
    check("<html hidden><body style='visibility: hidden'>a", &["paragraph: a"]);
    check("<p>a <span style='color:red; DISPLAY : none !important'>b</span> c", &["paragraph: a c"]);
    check("<style>a</style><noscript>b</noscript><template><p>c</template>d", &["paragraph: d"]);
    check("<svg><title>a</title><text>b</text></svg>c", &["paragraph: c"]);
    check("<svg><image href=a></image><text>b</text></svg>c", &["paragraph: c"]);
    check("<a><p><svg><text>b</a>c", &["paragraph: c"]);
    check("<iframe>a</iframe><object>b</object>", &["paragraph: b"]);
    check("<details><summary>A</summary>b</details>", &["paragraph: A", "paragraph: b"]);
    check("<math><mi>x</mi><annotation>y</annotation></math>", &["paragraph: x"]);
    check("<title>a</title><p>b", &["paragraph: b"]);
    check("<frameset><frame></frameset><noframes>a</noframes>", &[]);
    check("<u><body><frameset>a", &["paragraph: a"]);
}

#[test]
fn controls_are_told_from_text() {
    check("<select><option>A<option>B</select>c", &["control: A", "control: B", "paragraph: c"]);
    check("<input type=submit value='Log&nbsp;in'><input value=a>", &["control: Log in"]);
    check("<textarea>a &amp; b</textarea>", &["control: a & b"]);
}

#[test]
fn preformatted_text_keeps_its_lines() {
    check("<pre>\n a\n  b<br>c\n</pre>d", &["preformatted: a\n  b\nc", "paragraph: d"]);
    let xmp = page("<xmp><b>&amp;</xmp>");
    assert_eq!(parse(&xmp).blocks[0].text, "<b>&amp;");
}

#[test]
fn captions_are_captions() {
    check("<figure><img alt=x><figcaption>A</figcaption></figure>b", &["caption: A", "paragraph: b"]);
}

#[test]
fn elements_and_classes_tell_the_place() {
    let html = "<body class=menu><nav><a href=/>Home</a></nav><main><article class='post'><p>a</p>\
                <footer>b</footer></article></main>";
    let page = page(html);
    let document = parse(&page);
    let places: Vec<Place> = document.blocks.iter().map(|block| block.place).collect();
    let article = Place::MAIN.union(Place::ARTICLE).union(Place::HINT_CONTENT);
    assert_eq!(places, [Place::NAVIGATION, article, article.union(Place::FOOTER)]);
    assert_eq!(document.blocks[0].link_bytes, 4);
    let tags: Vec<&str> = document.containers.iter().map(|container| container.tag).collect();
    assert_eq!(tags, ["body", "nav", "main", "article", "footer"]);
    assert_eq!(document.blocks[2].container, Some(4));
    assert_eq!(document.containers[4].parent, Some(3));
}

#[test]
fn the_head_becomes_metadata() {
    let html = "<html lang=en><title>A &amp;\n B</title><link rel=canonical href='/a?b&amp;c'>\
                <meta property=og:title content=T>";
    let page = page(html);
    let document = parse(&page);
    let metadata: Vec<(&str, &str)> =
        document.metadata.iter().map(|entry| (entry.key.as_ref(), entry.value.as_ref())).collect();
    assert_eq!(metadata, [("lang", "en"), ("title", "A & B"), ("canonical", "/a?b&c"), ("og:title", "T")]);
}

#[test]
fn a_break_is_no_gap_but_two_are() {
    let page = page("<p>a<br>b<br><br>c<p>d");
    let gaps: Vec<bool> = parse(&page).blocks.iter().map(|block| block.gap_before).collect();
    assert_eq!(gaps, [true, false, true, true]);
}

#[test]
fn limits_are_told() {
    let deep = page(&format!("{}x", "<div>".repeat(600)));
    let document = parse(&deep);
    assert_eq!(document.blocks.len(), 1);
    assert_eq!(document.diagnostics[0].id, catalogue::DEPTH_LIMIT);
    assert!(document.diagnostics[0].message.contains("602"), "{}", document.diagnostics[0].message);
    let wide = page(&format!("<p {}>x", "a ".repeat(300)));
    assert_eq!(parse(&wide).diagnostics[0].id, catalogue::ATTRIBUTE_LIMIT);
}

fn check_part(html: &str, text: &str, expected: &str) {
    let page = page(html);
    let document = parse(&page);
    let (block, at) = document
        .blocks
        .iter()
        .find_map(|block| block.text.find(text).map(|at| (block, at)))
        .unwrap_or_else(|| panic!("{html}: no block has {text}"));
    let span = source_span(html, block, at..at + text.len());
    assert_eq!(&html[span.range()], expected, "{html}: {text}");
}

#[test]
fn a_part_of_a_block_has_its_bytes() {
    check_part("<p>Code: K29</p>", "K29", "K29");
    check_part("<p>Co&amp;de:\n <b>K<i>2</i>9</b> x</p>", "K29", "K<i>2</i>9");
    check_part("<p>a &amp; b</p>", "&", "&amp;");
    check_part("<p>a &lt;&gt; b</p>", "<>", "&lt;&gt;");
    check_part("<p>a &lt;b&gt;</p>", "a <", "a &lt;");
    check_part("<table><tr><td>a&nbsp;b<td>K&#50;9</table>", "K29", "K&#50;9");
    check_part("<pre>a\r\n b &amp; c</pre>", "b &", "b &amp;");
    check_part("<table><tr><td>a<td>b</table>", "a\tb", "a<td>b");
}

/// Expects that twice as much of `part` costs twice as many steps.
fn check_growth(part: &str) {
    let steps = |times: usize| {
        let html = part.repeat(times);
        let mut scanner = Scanner::new(&html, PageLimits::default());
        scanner.run();
        scanner.builder.close_all();
        html.len() + scanner.looked_at.get() + scanner.builder.blocks.len() + scanner.builder.containers.len()
    };
    // Past the limit of depth, where growth is that of the whole.
    let (once, twice) = (steps(4_000), steps(8_000));
    assert!(twice <= once * 5 / 2, "{part}: {once} steps, then {twice}");
}

#[test]
fn cost_grows_with_the_page() {
    let parts = [
        "<div>",
        "<ul><li>",
        "<b id=i><p>",
        "<a href=x><p>",
        "<table><tr><td>",
        "<table>x",
        "</p>",
        "</b>",
        "</x>",
        "<form></form>",
        "<select><option>",
        "<svg><g>",
        "<math><mi>",
        "<template>",
        "<p><b></p></b>",
        "<!--",
        "<![CDATA[",
        "<button>",
        "<dd><dt>",
        "<h1><h2>",
        "&am",
        "<title>",
        "<p a='",
        "<ol reversed><li>x",
        "<li>x",
        "<object></b>",
        "<ruby><rt>",
        "x<br>",
        "<nobr>",
        "<div></b><b>",
    ];
    parts.iter().for_each(|part| check_growth(part));
}

#[test]
fn one_bold_line_does_not_mark_the_headings_of_a_page() {
    let html = "<div><b>Key facts</b></div><div>Gout comes in attacks, most often in the foot.</div>\
        <div>Symptoms</div><div>The joint becomes:</div><ul><li>Swollen<li>Red</ul>\
        <div>Treatment</div><div>Medicines ease the pain and lower the level of uric acid, and most people do well.</div>\
        <div>Outlook</div><div>Most people have a second attack within two years, unless they are treated for it.</div>";
    let page = page(html);
    let document = parse(&page);
    let headings = document.blocks.iter().filter(|block| block.heading().is_some());
    let names: Vec<&str> = headings.map(|block| &*block.text).collect();
    assert_eq!(names, ["Key facts", "Symptoms", "Treatment", "Outlook"]);
}
