//! The evidence about each block of an HTML page, as numbers: the block, what is around it, and the page.
//!
//! In: the [`Document`]. Out: numbers for each block, in the order of [`Evidence`]. Two passes: one looks at each
//! block and adds up text and links over containers and branches, one writes the numbers of blocks that stand side by
//! side in columns. Linear in blocks and containers.

use super::ASKED;
use super::words::{self, Topic};
use crate::count::count;
use crate::document::{Block, BlockKind, Document, Place};
use crate::trees::LANES;
use crate::word::Word;
use std::ops::Range;

crate::trees::evidence! {
    "A piece of evidence about a block: an index into a [`Row`]."
    // The block.
    Kind "kind"
    Level "heading level"
    Depth "list depth"
    Bytes "length"
    LinkShare "links"
    Running "running text"
    Ends "how it ends"
    Commas "commas"
    DigitShare "digits"
    Topics "words of site furniture"
    Sharing "words of sharing"
    Invitation "words of invitation"
    Comments "words of comments"
    OtherPages "words of other pages"
    Legal "words of legal notices"
    Byline "words of bylines"
    Paths "words of menus"
    Labels "words of tags"
    LikeTitle "like the title"
    Repeats "repeats"
    // Landmarks and hints.
    Navigation "landmark nav"
    Header "landmark header"
    Footer "landmark footer"
    Aside "landmark aside"
    Main "landmark main"
    Article "landmark article"
    Form "in a form"
    Figure "in a figure"
    HintMenu "class of a menu"
    HintComments "class of comments"
    HintShare "class of sharing"
    HintRelated "class of related pages"
    HintPromotion "class of promotion"
    HintSidebar "class of a sidebar"
    HintFooter "class of a footer"
    HintByline "class of a byline"
    HintContent "class of content"
    OutsideMain "outside main"
    OutsideArticle "outside article"
    ArticleShare "share of article element"
    Articles "article elements"
    // Where on the page.
    BlockShareBefore "place on page"
    TextBefore "text before"
    TextAfter "text after"
    BlocksFromTitle "blocks from the title"
    BytesBlocks "text of the page"
    RunningShare "share of running text on page"
    // Neighbors.
    PreviousKind "previous block"
    PreviousBytes "length of previous block"
    PreviousLinks "links of previous block"
    NextKind "next block"
    NextBytes "length of next block"
    NextLinks "links of next block"
    SecondPreviousBytes "length of block before previous"
    SecondNextBytes "length of block after next"
    SecondNextLinks "links of block after next"
    RunningNear "running text near"
    BlocksToRunning "blocks to next running text"
    BlocksFromRunning "blocks from last running text"
    LinksNear "links near"
    CommentsNear "words of comments near"
    BylinesNear "words of bylines near"
    FurnitureNear "words of site furniture near"
    AfterComments "behind a line about comments"
    AfterOtherPages "behind a heading about other pages"
    HeadingTopic "heading above"
    HeadingLevel "level of heading above"
    HeadingBlocks "blocks from heading above"
    HeadingAway "heading above elsewhere"
    // The container.
    OwnText "text of container"
    OwnLinks "links of container"
    OwnBlocks "blocks of container"
    OwnMean "length of blocks in container"
    OwnRunning "running text of container"
    OuterText "text of outer container"
    OuterLinks "links of outer container"
    OuterRunning "running text of outer container"
    ContainerDepth "depth"
    // The branch beside the article's container.
    InRoot "in article's container"
    RootSteps "steps to article's container"
    RootShare "article's container"
    BranchText "text of branch"
    BranchLinks "links of branch"
    BranchMean "length of blocks in branch"
    BranchRunning "running text of branch"
    BranchBlocks "blocks of branch"
    BranchTopic "first heading of branch"
    BranchBefore "branch before text"
    BranchAfter "branch after text"
    HomeSteps "steps to the main text"
}

/// The evidence about one block.
pub type Row = [f32; Evidence::ALL.len()];

/// The evidence about blocks side by side: a column for each piece.
pub(super) type Columns = [[f32; LANES]; Evidence::ALL.len()];

/// Columns that are being filled: all of them, or those that trees ask for.
struct Sheet<'c, const ALL: bool>(&'c mut Columns);

impl<const ALL: bool> Sheet<'_, ALL> {
    /// Sets a piece of the evidence about each block.
    #[inline(always)]
    fn set(&mut self, evidence: Evidence, number: impl Fn(usize) -> f32) {
        if ALL || ASKED[evidence as usize] {
            self.0[evidence as usize] = std::array::from_fn(number);
        }
    }

    /// Sets a piece to whether something holds.
    #[inline(always)]
    fn tell(&mut self, evidence: Evidence, holds: impl Fn(usize) -> bool) {
        self.set(evidence, |lane| if holds(lane) { 1.0 } else { 0.0 });
    }
}

/// No block stands there.
const NONE: f32 = -1.0;
/// Distances in blocks are counted up to here.
const FAR: usize = 50;
/// Bytes from which on a block can be running text.
const RUNNING_BYTES: usize = 60;
/// A container with this share of the running text of the one around it holds the article, too.
const ROOT_SHARE: (usize, usize) = (7, 10);
/// Blocks before and after one whose running text is added up.
const NEAR: usize = 4;
/// Blocks after one that may say the same.
const REPEATED_WITHIN: usize = 6;
/// Bytes of the longest text whose words are looked up; longer ones are text.
const MAX_TOPIC_BYTES: usize = 90;
/// Bytes of the longest text that may say what the page's title says.
const MAX_TITLE_BYTES: usize = 200;
/// Bytes of a text whose commas and digits are counted.
const COUNTED_BYTES: usize = 400;

/// Bytes of a line that names what follows, and is no sentence.
const SHORT_BYTES: u32 = 30;

/// What a block looks like.
#[derive(Clone, Copy, Debug)]
struct Look {
    bytes: u32,
    links: u32,
    /// Bytes of running text outside links; 0 if it is none.
    running: u32,
    topics: Topic,
    /// Share of its words that stand in the page's title.
    like_title: f32,
    /// [`kind`], [`log`] of the bytes and share of the links, which neighbors ask for, too.
    kind: f32,
    length: f32,
    link_share: f32,
    /// Whether a block near it has the same text.
    repeats: bool,
}

/// What stands in a container, or in a branch: a container with all inside it.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    bytes: u32,
    links: u32,
    running: u32,
    blocks: u32,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.links += other.links;
        self.running += other.running;
        self.blocks += other.blocks;
    }

    fn of(self, page: Self) -> Shares {
        Shares {
            text: share(self.bytes, page.bytes),
            links: share(self.links, self.bytes),
            running: share(self.running, page.running),
            blocks: log(self.blocks),
            mean: log(self.bytes / self.blocks.max(1)),
        }
    }
}

/// A [`Sum`] as evidence: its share of the page, of links in it, and logarithms of blocks and their mean length.
#[derive(Clone, Copy, Debug, Default)]
struct Shares {
    text: f32,
    links: f32,
    running: f32,
    blocks: f32,
    mean: f32,
}

/// What stands before a block, added up.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    bytes: u32,
    links: u32,
    comments: u32,
    bylines: u32,
    topics: u32,
    /// Headings and short lines that name comments, and headings that name other pages.
    comment_lines: u32,
    other_headings: u32,
}

impl Tally {
    fn add(&mut self, block: &Block<'_>, look: &Look) {
        let (topics, is) = (look.topics, |topic: Topic| u32::from(look.topics.has(topic)));
        self.bytes += look.bytes;
        self.links += look.links;
        self.comments += is(Topic::COMMENTS);
        self.bylines += is(Topic::BYLINE);
        self.topics += u32::from(topics != Topic::NONE);
        if block.heading().is_some() {
            self.other_headings += is(Topic::OTHER_PAGES);
        }
        if block.heading().is_some() || look.bytes <= SHORT_BYTES {
            self.comment_lines += is(Topic::COMMENTS);
        }
    }
}

/// What is known of a container.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    depth: u32,
    /// What stands directly in it.
    own: Sum,
    /// What stands in it and in those inside it.
    all: Sum,
    /// `all` as evidence.
    shares: Shares,
    in_root: bool,
    around_root: bool,
    /// The outermost container around it that does not hold the root, or that lies in it.
    branch: u32,
    /// How far up the nearest container is that also holds the root, and how far down the root from there.
    root_steps: u32,
    home_steps: u32,
    /// Innermost `article` around it.
    article: Option<u32>,
    /// Topic of the first heading in it.
    topic: Option<Topic>,
    first_block: u32,
    last_block: u32,
}

/// A page while its evidence is gathered.
pub(super) struct Evident<'d> {
    document: &'d Document<'d>,
    looks: Vec<Look>,
    known: Vec<Known>,
    page: Sum,
    /// Bytes of running text before each block.
    running_before: Vec<u32>,
    before: Vec<Tally>,
    root: Option<u32>,
    /// Share of the page's running text in it.
    root_share: f32,
    title: Option<usize>,
    articles: u32,
    has_main: bool,
    has_article: bool,
    /// First and last block of running text in the root.
    text: (usize, usize),
}

impl<'d> Evident<'d> {
    pub(super) fn new(document: &'d Document<'d>) -> Self {
        let name = Name::of(document);
        let mut looks: Vec<Look> = document.blocks.iter().map(|block| Look::new(block, &name)).collect();
        mark_repeated(&document.blocks, &mut looks);
        let mut page = Sum::default();
        let mut running_before = Vec::with_capacity(looks.len());
        for look in &looks {
            running_before.push(page.running);
            page.add(look.sum());
        }
        let mut before = Vec::with_capacity(looks.len() + 1);
        let mut tally = Tally::default();
        for (block, look) in document.blocks.iter().zip(&looks) {
            before.push(tally);
            tally.add(block, look);
        }
        before.push(tally);
        let places = document.blocks.iter().fold(Place::default(), |all, block| all.union(block.place));
        let mut evident = Self {
            known: containers(document, &looks),
            page,
            running_before,
            before,
            root: None,
            root_share: 0.0,
            title: None,
            articles: document.containers.iter().filter(|container| container.tag == "article").count()
                as u32,
            has_main: places.any(Place::MAIN),
            has_article: places.any(Place::ARTICLE),
            text: (0, looks.len()),
            document,
            looks,
        };
        for known in &mut evident.known {
            known.shares = known.all.of(page);
        }
        evident.find_root();
        evident.find_title();
        evident
    }

    /// Bytes of running text outside links.
    pub(super) fn running_bytes(&self) -> u32 {
        self.page.running
    }

    /// Headings that name other pages with nothing but links below them.
    pub(super) fn link_sections(&self) -> Vec<Range<usize>> {
        let blocks = &self.document.blocks;
        let mut headings = (0..blocks.len()).filter(|&at| blocks[at].heading().is_some()).peekable();
        let mut sections = Vec::new();
        while let Some(at) = headings.next() {
            let end = headings.peek().copied().unwrap_or(blocks.len());
            let same_place = |other: usize| blocks[other].place == blocks[at].place;
            let end = (at + 1..end).find(|&other| !same_place(other)).unwrap_or(end);
            let links = |look: &Look| look.links > 0 && look.links * 10 >= look.bytes * 9;
            let names_others = self.looks[at].topics.has(Topic::OTHER_PAGES);
            if names_others && end > at + 1 && self.looks[at + 1..end].iter().all(links) {
                sections.push(at..end);
            }
        }
        sections
    }

    /// The innermost container with most of the running text, and what lies where to it.
    fn find_root(&mut self) {
        let containers = &self.document.containers;
        let mut root: Option<u32> = None;
        let outside = Place::NAVIGATION.union(Place::FOOTER).union(Place::ASIDE).union(Place::HINT_COMMENTS);
        for (at, container) in containers.iter().enumerate() {
            if container.parent == root && !container.place.any(outside) {
                let outer = root.map_or(self.page.running, |root| self.known[root as usize].all.running);
                if self.known[at].all.running as usize * ROOT_SHARE.1 > outer as usize * ROOT_SHARE.0 {
                    root = Some(at as u32);
                }
            }
        }
        self.root = root;
        let in_root = root.map_or(self.page.running, |root| self.known[root as usize].all.running);
        self.root_share = share(in_root, self.page.running);
        let mut up = root;
        while let Some(at) = up {
            self.known[at as usize].around_root = true;
            up = containers[at as usize].parent;
        }
        // The container in which most running text stands directly is the text's home.
        let home = (0..self.known.len()).max_by_key(|&at| (self.known[at].own.running, usize::MAX - at));
        let mut holds_home = vec![0; self.known.len()];
        let (mut up, mut steps) = (home, 1);
        while let Some(at) = up {
            holds_home[at] = steps;
            steps += 1;
            up = containers[at].parent.map(|parent| parent as usize);
        }
        for at in 0..self.known.len() {
            // A parent stands before its children.
            let (outer, rest) = self.known.split_at_mut(at);
            let parent = containers[at].parent.map(|parent| &outer[parent as usize]);
            let known = &mut rest[0];
            let parent_in_root = parent.is_some_and(|parent| parent.in_root);
            known.in_root = parent_in_root || Some(at as u32) == root;
            let starts_branch = known.around_root || parent.is_none_or(|parent| parent.around_root);
            known.branch = if starts_branch { at as u32 } else { parent.map_or(0, |parent| parent.branch) };
            let up = parent.map_or(0, |parent| parent.root_steps + 1);
            known.root_steps = if known.around_root || known.in_root { 0 } else { up };
            known.home_steps = match holds_home[at] {
                0 => parent.map_or(FAR as u32, |parent| parent.home_steps + 1),
                steps => steps - 1,
            };
        }
        let in_root = |at: usize| match (root, self.document.blocks[at].container) {
            (None, _) => true,
            (Some(_), container) => container.is_some_and(|of| self.known[of as usize].in_root),
        };
        let is_text = |at: &usize| self.looks[*at].running > 0 && in_root(*at);
        let first = (0..self.looks.len()).find(is_text);
        let last = (0..self.looks.len()).rfind(is_text);
        self.text = (first.unwrap_or(0), last.unwrap_or(self.looks.len()));
    }

    /// The first heading of the first level that says what the `title` element says, else the first.
    fn find_title(&mut self) {
        let first_level = |block: &Block<'_>| matches!(block.kind, BlockKind::Heading { level: Some(1), .. });
        let blocks = &self.document.blocks;
        let is_alike = |at: &usize| self.looks[*at].like_title > 0.6;
        let tops = || (0..blocks.len()).filter(|&at| first_level(&blocks[at]));
        let any = || (0..blocks.len()).find(|at| is_alike(at) && blocks[*at].heading().is_some());
        self.title = tops().find(is_alike).or_else(any).or_else(|| tops().next());
    }

    /// What is known before the first block is told of.
    pub(super) fn reader(&self) -> Reader<'_, 'd> {
        Reader { evident: self, heading: None, running: None }
    }

    /// Blocks from one to the next running text.
    fn blocks_to_running(&self, at: usize) -> usize {
        let mut behind = self.looks[at + 1..].iter().take(FAR - 1);
        behind.position(|look| look.running > 0).map_or(FAR, |between| between + 1)
    }
}

/// Tells the evidence about blocks, those that stand side by side at once.
pub(super) struct Reader<'e, 'd> {
    evident: &'e Evident<'d>,
    /// The last heading and the last running text so far.
    heading: Option<usize>,
    running: Option<usize>,
}

/// Blocks side by side, with what is known of each.
struct Beside<'e, 'd> {
    at: [usize; LANES],
    blocks: [&'e Block<'d>; LANES],
    looks: [&'e Look; LANES],
    /// The last heading and the last running text before each.
    heading: [Option<usize>; LANES],
    running: [Option<usize>; LANES],
}

impl<'e, 'd> Reader<'e, 'd> {
    /// Writes all evidence about the blocks from `first` on, behind those that stand before it.
    pub(super) fn write_all(&mut self, first: usize, columns: &mut Columns) {
        self.write(first, Sheet::<true>(columns));
    }

    /// [`Self::write_all`] for the evidence that trees ask for.
    pub(super) fn write_asked(&mut self, first: usize, columns: &mut Columns) {
        self.write(first, Sheet::<false>(columns));
    }

    fn write<const ALL: bool>(&mut self, first: usize, mut sheet: Sheet<'_, ALL>) {
        let beside = self.beside(first);
        set_block(&beside, &mut sheet);
        self.evident.set_place(&beside, &mut sheet);
        self.evident.set_page(&beside, &mut sheet);
        self.evident.set_neighbors(&beside, &mut sheet);
        self.evident.set_heading(&beside, &mut sheet);
        self.evident.set_container(&beside, &mut sheet);
    }

    /// The blocks from `first` on; the last one fills what is left.
    fn beside(&mut self, first: usize) -> Beside<'e, 'd> {
        let evident = self.evident;
        let last = evident.looks.len() - 1;
        let at = std::array::from_fn(|lane| (first + lane).min(last));
        let blocks = at.map(|at| &evident.document.blocks[at]);
        let looks = at.map(|at| &evident.looks[at]);
        let (mut heading, mut running) = ([None; LANES], [None; LANES]);
        for lane in 0..LANES {
            (heading[lane], running[lane]) = (self.heading, self.running);
            if blocks[lane].heading().is_some() {
                self.heading = Some(at[lane]);
            }
            if looks[lane].running > 0 {
                self.running = Some(at[lane]);
            }
        }
        Beside { at, blocks, looks, heading, running }
    }
}

fn set_block<const ALL: bool>(beside: &Beside<'_, '_>, sheet: &mut Sheet<'_, ALL>) {
    let Beside { blocks, looks, .. } = beside;
    sheet.set(Evidence::Kind, |lane| looks[lane].kind);
    sheet.set(Evidence::Level, |lane| level(blocks[lane]));
    sheet.set(Evidence::Depth, |lane| blocks[lane].list_item().map_or(0.0, |item| f32::from(item.depth)));
    sheet.set(Evidence::Bytes, |lane| looks[lane].length);
    sheet.set(Evidence::LinkShare, |lane| looks[lane].link_share);
    sheet.set(Evidence::Running, |lane| log(looks[lane].running));
    sheet.set(Evidence::Ends, |lane| ends(blocks[lane].text.as_bytes()));
    let start = |lane: usize| {
        let text = blocks[lane].text.as_bytes();
        &text[..text.len().min(COUNTED_BYTES)]
    };
    sheet.set(Evidence::Commas, |lane| count(start(lane), |byte| byte == b',') as f32);
    sheet.set(Evidence::DigitShare, |lane| {
        let digits = count(start(lane), |byte| byte.is_ascii_digit()) as u32;
        share(digits, start(lane).len() as u32)
    });
    let topics = looks.map(|look| look.topics);
    sheet.set(Evidence::Topics, |lane| topics[lane].count());
    sheet.tell(Evidence::Sharing, |lane| topics[lane].has(Topic::SHARING));
    sheet.tell(Evidence::Invitation, |lane| topics[lane].has(Topic::INVITATION));
    sheet.tell(Evidence::Comments, |lane| topics[lane].has(Topic::COMMENTS));
    sheet.tell(Evidence::OtherPages, |lane| topics[lane].has(Topic::OTHER_PAGES));
    sheet.tell(Evidence::Legal, |lane| topics[lane].has(Topic::LEGAL));
    sheet.tell(Evidence::Byline, |lane| topics[lane].has(Topic::BYLINE));
    sheet.tell(Evidence::Paths, |lane| topics[lane].has(Topic::PATHS));
    sheet.tell(Evidence::Labels, |lane| topics[lane].has(Topic::LABELS));
    sheet.set(Evidence::LikeTitle, |lane| looks[lane].like_title);
    sheet.tell(Evidence::Repeats, |lane| looks[lane].repeats);
}

impl Evident<'_> {
    fn set_place<const ALL: bool>(&self, beside: &Beside<'_, '_>, sheet: &mut Sheet<'_, ALL>) {
        let places = beside.blocks.map(|block| block.place);
        let promotion = Place::HINT_PROMOTION.union(Place::HINT_CONSENT).union(Place::DIALOG);
        sheet.tell(Evidence::Navigation, |lane| places[lane].any(Place::NAVIGATION));
        sheet.tell(Evidence::Header, |lane| places[lane].any(Place::HEADER));
        sheet.tell(Evidence::Footer, |lane| places[lane].any(Place::FOOTER));
        sheet.tell(Evidence::Aside, |lane| places[lane].any(Place::ASIDE));
        sheet.tell(Evidence::Main, |lane| places[lane].any(Place::MAIN));
        sheet.tell(Evidence::Article, |lane| places[lane].any(Place::ARTICLE));
        sheet.tell(Evidence::Form, |lane| places[lane].any(Place::FORM));
        sheet.tell(Evidence::Figure, |lane| places[lane].any(Place::FIGURE));
        sheet.tell(Evidence::HintMenu, |lane| places[lane].any(Place::HINT_MENU));
        sheet.tell(Evidence::HintComments, |lane| places[lane].any(Place::HINT_COMMENTS));
        sheet.tell(Evidence::HintShare, |lane| places[lane].any(Place::HINT_SHARE));
        sheet.tell(Evidence::HintRelated, |lane| places[lane].any(Place::HINT_RELATED));
        sheet.tell(Evidence::HintPromotion, |lane| places[lane].any(promotion));
        sheet.tell(Evidence::HintSidebar, |lane| places[lane].any(Place::HINT_SIDEBAR));
        sheet.tell(Evidence::HintFooter, |lane| places[lane].any(Place::HINT_FOOTER));
        sheet.tell(Evidence::HintByline, |lane| places[lane].any(Place::HINT_BYLINE));
        sheet.tell(Evidence::HintContent, |lane| places[lane].any(Place::HINT_CONTENT));
        let (has_main, has_article) = (self.has_main, self.has_article);
        sheet.tell(Evidence::OutsideMain, |lane| has_main & !places[lane].any(Place::MAIN));
        sheet.tell(Evidence::OutsideArticle, |lane| has_article & !places[lane].any(Place::ARTICLE));
        let articles = self.articles.min(20) as f32;
        sheet.set(Evidence::Articles, |_| articles);
    }

    fn set_page<const ALL: bool>(&self, beside: &Beside<'_, '_>, sheet: &mut Sheet<'_, ALL>) {
        let Beside { at, looks, .. } = beside;
        let before = at.map(|at| self.running_before[at]);
        let running = self.page.running;
        sheet.set(Evidence::BlockShareBefore, |lane| share(at[lane] as u32, self.looks.len() as u32));
        sheet.set(Evidence::TextBefore, |lane| share(before[lane], running));
        sheet.set(Evidence::TextAfter, |lane| share(running - before[lane] - looks[lane].running, running));
        sheet.set(Evidence::BlocksFromTitle, |lane| {
            let from_title = self.title.map_or(FAR as f32, |title| at[lane] as f32 - title as f32);
            from_title.clamp(-(FAR as f32), 4.0 * FAR as f32)
        });
        let (length, running_share) = (log(running), share(running, self.page.bytes));
        sheet.set(Evidence::BytesBlocks, |_| length);
        sheet.set(Evidence::RunningShare, |_| running_share);
        sheet.tell(Evidence::BranchBefore, |lane| at[lane] < self.text.0);
        sheet.tell(Evidence::BranchAfter, |lane| at[lane] > self.text.1);
    }

    fn set_neighbors<const ALL: bool>(&self, beside: &Beside<'_, '_>, sheet: &mut Sheet<'_, ALL>) {
        let Beside { at, looks, running, .. } = beside;
        let before = |lane: usize, by: usize| at[lane].checked_sub(by).map(|at| &self.looks[at]);
        let behind = |lane: usize, by: usize| self.looks.get(at[lane] + by);
        let kind = |look: Option<&Look>| look.map_or(NONE, |look| look.kind);
        let bytes = |look: Option<&Look>| look.map_or(NONE, |look| look.length);
        let links = |look: Option<&Look>| look.map_or(NONE, |look| look.link_share);
        sheet.set(Evidence::PreviousKind, |lane| kind(before(lane, 1)));
        sheet.set(Evidence::PreviousBytes, |lane| bytes(before(lane, 1)));
        sheet.set(Evidence::PreviousLinks, |lane| links(before(lane, 1)));
        sheet.set(Evidence::NextKind, |lane| kind(behind(lane, 1)));
        sheet.set(Evidence::NextBytes, |lane| bytes(behind(lane, 1)));
        sheet.set(Evidence::NextLinks, |lane| links(behind(lane, 1)));
        sheet.set(Evidence::SecondPreviousBytes, |lane| bytes(before(lane, 2)));
        sheet.set(Evidence::SecondNextBytes, |lane| bytes(behind(lane, 2)));
        sheet.set(Evidence::SecondNextLinks, |lane| links(behind(lane, 2)));
        let from = at.map(|at| at.saturating_sub(NEAR));
        let to = at.map(|at| (at + NEAR + 1).min(self.looks.len()));
        sheet.set(Evidence::RunningNear, |lane| {
            let past = self.running_before.get(to[lane]).copied().unwrap_or(self.page.running);
            log(past - self.running_before[from[lane]] - looks[lane].running)
        });
        let near = from.map(|from| &self.before[from]);
        let past = to.map(|to| &self.before[to]);
        sheet.set(Evidence::LinksNear, |lane| {
            let (near, past) = (near[lane], past[lane]);
            share(past.links - near.links, past.bytes - near.bytes)
        });
        sheet.set(Evidence::CommentsNear, |lane| (past[lane].comments - near[lane].comments) as f32);
        sheet.set(Evidence::BylinesNear, |lane| (past[lane].bylines - near[lane].bylines) as f32);
        sheet.set(Evidence::FurnitureNear, |lane| (past[lane].topics - near[lane].topics) as f32);
        let here = at.map(|at| &self.before[at]);
        let begun = at.map(|at| &self.before[self.text.0.min(at)]);
        sheet.set(Evidence::AfterComments, |lane| {
            (here[lane].comment_lines - begun[lane].comment_lines).min(9) as f32
        });
        sheet.set(Evidence::AfterOtherPages, |lane| {
            (here[lane].other_headings - begun[lane].other_headings).min(9) as f32
        });
        sheet.set(Evidence::BlocksToRunning, |lane| self.blocks_to_running(at[lane]) as f32);
        sheet.set(Evidence::BlocksFromRunning, |lane| {
            running[lane].map_or(FAR, |last| (at[lane] - last).min(FAR)) as f32
        });
    }

    fn set_heading<const ALL: bool>(&self, beside: &Beside<'_, '_>, sheet: &mut Sheet<'_, ALL>) {
        let Beside { at, heading, .. } = beside;
        let blocks = &self.document.blocks;
        let topic = |heading: usize| self.looks[heading].topics.class();
        sheet.set(Evidence::HeadingTopic, |lane| heading[lane].map_or(NONE, topic));
        sheet
            .set(Evidence::HeadingLevel, |lane| heading[lane].map_or(0.0, |heading| level(&blocks[heading])));
        sheet.set(Evidence::HeadingBlocks, |lane| {
            heading[lane].map_or(FAR, |heading| (at[lane] - heading).min(FAR)) as f32
        });
        let branch = |at: usize| blocks[at].container.map(|of| self.known[of as usize].branch);
        sheet.tell(Evidence::HeadingAway, |lane| {
            heading[lane].is_some_and(|heading| branch(at[lane]) != branch(heading))
        });
    }

    fn set_container<const ALL: bool>(&self, beside: &Beside<'_, '_>, sheet: &mut Sheet<'_, ALL>) {
        let none = Known::default();
        let inside = beside.blocks.map(|block| block.container.map(|of| of as usize));
        let known = inside.map(|of| of.map_or(&none, |of| &self.known[of]));
        sheet.set(Evidence::OwnText, |lane| known[lane].shares.text);
        sheet.set(Evidence::OwnLinks, |lane| known[lane].shares.links);
        sheet.set(Evidence::OwnBlocks, |lane| known[lane].shares.blocks);
        sheet.set(Evidence::OwnMean, |lane| known[lane].shares.mean);
        sheet.set(Evidence::OwnRunning, |lane| known[lane].shares.running);
        let outer = inside.map(|of| {
            let outer = of.and_then(|of| self.document.containers[of].parent);
            outer.map_or(&none, |outer| &self.known[outer as usize])
        });
        sheet.set(Evidence::OuterText, |lane| outer[lane].shares.text);
        sheet.set(Evidence::OuterLinks, |lane| outer[lane].shares.links);
        sheet.set(Evidence::OuterRunning, |lane| outer[lane].shares.running);
        sheet.set(Evidence::ContainerDepth, |lane| known[lane].depth.min(FAR as u32) as f32);
        sheet.tell(Evidence::InRoot, |lane| known[lane].in_root);
        sheet.set(Evidence::RootSteps, |lane| known[lane].root_steps.min(FAR as u32) as f32);
        sheet.set(Evidence::RootShare, |lane| if inside[lane].is_some() { self.root_share } else { 0.0 });
        sheet.set(Evidence::HomeSteps, |lane| known[lane].home_steps.min(FAR as u32) as f32);
        let branch: [_; LANES] = std::array::from_fn(|lane| match inside[lane] {
            Some(_) => &self.known[known[lane].branch as usize],
            None => &none,
        });
        sheet.set(Evidence::BranchTopic, |lane| match inside[lane] {
            Some(_) => branch[lane].topic.map_or(NONE, Topic::class),
            None => 0.0,
        });
        sheet.set(Evidence::BranchText, |lane| branch[lane].shares.text);
        sheet.set(Evidence::BranchLinks, |lane| branch[lane].shares.links);
        sheet.set(Evidence::BranchMean, |lane| branch[lane].shares.mean);
        sheet.set(Evidence::BranchRunning, |lane| branch[lane].shares.running);
        sheet.set(Evidence::BranchBlocks, |lane| branch[lane].shares.blocks);
        sheet.set(Evidence::ArticleShare, |lane| {
            known[lane].article.map_or(0.0, |article| self.known[article as usize].shares.running)
        });
    }
}

fn level(block: &Block<'_>) -> f32 {
    block.heading().map_or(0.0, |(level, _)| f32::from(level.unwrap_or(0)))
}

/// The words of the page's `title`.
struct Name {
    words: Vec<Word>,
    /// Whether a word has the hash; most words of a page do not.
    hashes: [bool; Word::HASHES],
}

impl Name {
    fn of(document: &Document<'_>) -> Self {
        let mut name = Self { words: Vec::new(), hashes: [false; Word::HASHES] };
        let said = document.metadata.iter().find(|of| matches!(&*of.key, "og:title" | "title"));
        words::each(said.map_or("", |said| &said.value), |word| {
            name.words.push(word);
            name.hashes[word.hash()] = true;
        });
        name
    }

    fn has(&self, word: Word) -> bool {
        self.hashes[word.hash()] && self.words.contains(&word)
    }
}

impl Look {
    fn new(block: &Block<'_>, name: &Name) -> Self {
        let bytes = block.text.len() as u32;
        let links = block.link_bytes.min(bytes);
        let text = bytes - links;
        let may_run = matches!(
            block.kind,
            BlockKind::Paragraph | BlockKind::ListItem(_) | BlockKind::Definition | BlockKind::Preformatted
        );
        let runs = may_run && bytes as usize >= RUNNING_BYTES && links * 2 < bytes;
        let (topics, like_title) = said(&block.text, name);
        Self {
            bytes,
            links,
            running: if runs { text } else { 0 },
            topics,
            like_title,
            kind: kind(block),
            length: log(bytes),
            link_share: share(links, bytes),
            repeats: false,
        }
    }

    fn sum(self) -> Sum {
        Sum { bytes: self.bytes, links: self.links, running: self.running, blocks: 1 }
    }
}

/// The topics of a text, and the share of its words that stand in the page's title.
fn said(text: &str, name: &Name) -> (Topic, f32) {
    let has_topics = text.len() <= MAX_TOPIC_BYTES;
    let may_be_title = text.len() <= MAX_TITLE_BYTES && !name.words.is_empty();
    let mut topics = if has_topics { words::sign(text) } else { Topic::NONE };
    let (mut all, mut shared) = (0, 0);
    if has_topics || may_be_title {
        words::each(text, |word| {
            all += 1;
            shared += u32::from(name.has(word));
            if has_topics {
                topics = topics.and(words::topic(word));
            }
        });
    }
    (topics, if may_be_title && all >= 2 { share(shared, all) } else { 0.0 })
}

/// Notes which blocks have the text of one near them.
fn mark_repeated(blocks: &[Block<'_>], looks: &mut [Look]) {
    // By length first: one pass over short numbers for each distance.
    let lengths: Vec<u32> = looks.iter().map(|look| look.bytes).collect();
    for distance in 1..=REPEATED_WITHIN.min(lengths.len()) {
        for (at, (one, other)) in lengths.iter().zip(&lengths[distance..]).enumerate() {
            if one == other && blocks[at].text == blocks[at + distance].text {
                looks[at].repeats = true;
                looks[at + distance].repeats = true;
            }
        }
    }
}

fn containers(document: &Document<'_>, looks: &[Look]) -> Vec<Known> {
    let mut known = vec![Known { first_block: u32::MAX, ..Known::default() }; document.containers.len()];
    for (at, container) in document.containers.iter().enumerate() {
        let outer = container.parent.map(|parent| &known[parent as usize]);
        let outer = outer.map(|outer| (outer.depth + 1, outer.article));
        known[at].depth = outer.map_or(0, |(depth, _)| depth);
        let own = (container.tag == "article").then_some(at as u32);
        known[at].article = own.or_else(|| outer.and_then(|(_, article)| article));
    }
    for (at, (block, look)) in document.blocks.iter().zip(looks).enumerate() {
        let Some(of) = block.container.and_then(|of| known.get_mut(of as usize)) else { continue };
        of.own.add(look.sum());
        of.first_block = of.first_block.min(at as u32);
        of.last_block = at as u32;
        if block.heading().is_some() && of.topic.is_none() {
            of.topic = Some(look.topics);
        }
    }
    for at in (0..known.len()).rev() {
        let own = known[at].own;
        known[at].all.add(own);
        let inside = known[at];
        if let Some(parent) = document.containers[at].parent {
            let outer = &mut known[parent as usize];
            outer.all.add(inside.all);
            // Containers are walked backwards: the first heading is that of the last seen.
            if inside.first_block < outer.first_block && inside.topic.is_some() || outer.topic.is_none() {
                outer.topic = inside.topic;
            }
            outer.first_block = outer.first_block.min(inside.first_block);
            outer.last_block = outer.last_block.max(inside.last_block);
        }
    }
    known
}

/// What a block is, in the order of how likely it is to be content.
fn kind(block: &Block<'_>) -> f32 {
    f32::from(match block.kind {
        BlockKind::Control => 0_u8,
        BlockKind::Separator | BlockKind::FrontMatter => 1,
        BlockKind::ListItem(_) => 2,
        BlockKind::Caption => 3,
        BlockKind::TableRow(_) => 4,
        BlockKind::Term | BlockKind::Definition => 5,
        BlockKind::Preformatted => 6,
        BlockKind::Heading { .. } => 7,
        BlockKind::Paragraph => 8,
    })
}

/// How a text ends: as no sentence, with a colon, with a mark that may end one, as a sentence.
fn ends(text: &[u8]) -> f32 {
    f32::from(match text.last() {
        Some(b'.') => 4_u8,
        Some(b'!' | b'?' | b'"' | b')') => 3,
        Some(b':') => 2,
        Some(byte) if byte.is_ascii_alphanumeric() => 0,
        _ => 1,
    })
}

fn share(part: u32, of: u32) -> f32 {
    if of == 0 { 0.0 } else { part as f32 / of as f32 }
}

/// The binary logarithm, rounded down to quarters: cheap and monotone.
fn log(value: u32) -> f32 {
    let value = u64::from(value) + 1;
    let whole = value.ilog2();
    // Quarters as a whole number: the two bits below the first count the rest.
    (whole * 4 + ((value << 2) >> whole) as u32 % 4) as f32 / 4.0
}
