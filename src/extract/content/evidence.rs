//! The evidence about each block of an HTML page, as numbers: the block, what is around it, and the page.
//!
//! In: the [`Document`]. Out: a [`Row`] for each block, in the order of [`Evidence`]. Two passes: one looks at each
//! block and adds up text and links over containers and branches, one writes the rows. Linear in blocks and
//! containers.

use super::words::{self, Topic};
use crate::count::count;
use crate::document::{Block, BlockKind, Document, Place};
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

/// What takes the evidence about one block after the other.
pub(super) trait Sheet {
    /// Whether a piece of evidence is asked for: what is not need not be found.
    fn wants(evidence: Evidence) -> bool;
    /// Sets a piece of the evidence about this block.
    fn set(&mut self, evidence: Evidence, value: f32);
    /// Sets some of it to what the block before has.
    fn repeat(&mut self, evidence: Range<usize>);
}

/// All of it; holds the block before when the next one comes.
impl Sheet for Row {
    fn wants(_: Evidence) -> bool {
        true
    }

    fn set(&mut self, evidence: Evidence, value: f32) {
        self[evidence as usize] = value;
    }

    fn repeat(&mut self, _: Range<usize>) {}
}

/// What tells of the block's surroundings.
const PLACE: Range<usize> = Evidence::Navigation as usize..Evidence::BlockShareBefore as usize;
/// What tells of its container and its branch.
const CONTAINER: Range<usize> = Evidence::OwnText as usize..Evidence::ALL.len();
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
        self.topics += u32::from(topics.count() > 0.0);
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
    /// Blocks to the next running text, for each block.
    to_running: Vec<u32>,
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
        let mut to_running = vec![FAR as u32; looks.len()];
        let mut blocks = FAR as u32;
        for (look, to) in looks.iter().zip(&mut to_running).rev() {
            *to = blocks;
            blocks = if look.running > 0 { 1 } else { (blocks + 1).min(FAR as u32) };
        }
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
            to_running,
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

    fn set_block<S: Sheet>(&self, at: usize, row: &mut S) {
        let (block, look) = (&self.document.blocks[at], &self.looks[at]);
        let text = block.text.as_bytes();
        row.set(Evidence::Kind, look.kind);
        row.set(Evidence::Level, block.heading().map_or(0.0, |(level, _)| f32::from(level.unwrap_or(0))));
        row.set(Evidence::Depth, block.list_item().map_or(0.0, |item| f32::from(item.depth)));
        row.set(Evidence::Bytes, look.length);
        row.set(Evidence::LinkShare, look.link_share);
        row.set(Evidence::Running, log(look.running));
        row.set(Evidence::Ends, ends(text));
        let start = &text[..text.len().min(COUNTED_BYTES)];
        if S::wants(Evidence::Commas) {
            row.set(Evidence::Commas, count(start, |byte| byte == b',') as f32);
        }
        if S::wants(Evidence::DigitShare) {
            let digits = count(start, |byte| byte.is_ascii_digit()) as u32;
            row.set(Evidence::DigitShare, share(digits, start.len() as u32));
        }
        let topics = look.topics;
        row.set(Evidence::Topics, topics.count());
        for (evidence, topic) in [
            (Evidence::Sharing, Topic::SHARING),
            (Evidence::Invitation, Topic::INVITATION),
            (Evidence::Comments, Topic::COMMENTS),
            (Evidence::OtherPages, Topic::OTHER_PAGES),
            (Evidence::Legal, Topic::LEGAL),
            (Evidence::Byline, Topic::BYLINE),
            (Evidence::Paths, Topic::PATHS),
            (Evidence::Labels, Topic::LABELS),
        ] {
            row.set(evidence, f32::from(u8::from(topics.has(topic))));
        }
        row.set(Evidence::LikeTitle, look.like_title);
        row.set(Evidence::Repeats, f32::from(u8::from(look.repeats)));
    }

    fn set_place(&self, place: Place, row: &mut impl Sheet) {
        let is = |bits: Place| f32::from(u8::from(place.any(bits)));
        for (evidence, bits) in [
            (Evidence::Navigation, Place::NAVIGATION),
            (Evidence::Header, Place::HEADER),
            (Evidence::Footer, Place::FOOTER),
            (Evidence::Aside, Place::ASIDE),
            (Evidence::Main, Place::MAIN),
            (Evidence::Article, Place::ARTICLE),
            (Evidence::Form, Place::FORM),
            (Evidence::Figure, Place::FIGURE),
            (Evidence::HintMenu, Place::HINT_MENU),
            (Evidence::HintComments, Place::HINT_COMMENTS),
            (Evidence::HintShare, Place::HINT_SHARE),
            (Evidence::HintRelated, Place::HINT_RELATED),
            (Evidence::HintPromotion, Place::HINT_PROMOTION.union(Place::HINT_CONSENT).union(Place::DIALOG)),
            (Evidence::HintSidebar, Place::HINT_SIDEBAR),
            (Evidence::HintFooter, Place::HINT_FOOTER),
            (Evidence::HintByline, Place::HINT_BYLINE),
            (Evidence::HintContent, Place::HINT_CONTENT),
        ] {
            row.set(evidence, is(bits));
        }
        let outside = |has: bool, bits: Place| f32::from(u8::from(has && !place.any(bits)));
        row.set(Evidence::OutsideMain, outside(self.has_main, Place::MAIN));
        row.set(Evidence::OutsideArticle, outside(self.has_article, Place::ARTICLE));
        row.set(Evidence::Articles, self.articles.min(20) as f32);
    }

    fn set_page(&self, at: usize, row: &mut impl Sheet) {
        let before = self.running_before[at];
        row.set(Evidence::BlockShareBefore, share(at as u32, self.looks.len() as u32));
        row.set(Evidence::TextBefore, share(before, self.page.running));
        let after = self.page.running - before - self.looks[at].running;
        row.set(Evidence::TextAfter, share(after, self.page.running));
        let from_title = self.title.map_or(FAR as f32, |title| at as f32 - title as f32);
        row.set(Evidence::BlocksFromTitle, from_title.clamp(-(FAR as f32), 4.0 * FAR as f32));
        row.set(Evidence::BytesBlocks, log(self.page.running));
        row.set(Evidence::RunningShare, share(self.page.running, self.page.bytes));
        row.set(Evidence::BranchBefore, f32::from(u8::from(at < self.text.0)));
        row.set(Evidence::BranchAfter, f32::from(u8::from(at > self.text.1)));
    }

    fn set_neighbors(&self, at: usize, last_running: Option<usize>, row: &mut impl Sheet) {
        let look = |other: Option<usize>| other.and_then(|other| self.looks.get(other));
        let kind = |other: Option<usize>| look(other).map_or(NONE, |look| look.kind);
        let bytes = |other: Option<usize>| look(other).map_or(NONE, |look| look.length);
        let links = |other: Option<usize>| look(other).map_or(NONE, |look| look.link_share);
        let (previous, next) = (at.checked_sub(1), Some(at + 1));
        row.set(Evidence::PreviousKind, kind(previous));
        row.set(Evidence::PreviousBytes, bytes(previous));
        row.set(Evidence::PreviousLinks, links(previous));
        row.set(Evidence::NextKind, kind(next));
        row.set(Evidence::NextBytes, bytes(next));
        row.set(Evidence::NextLinks, links(next));
        row.set(Evidence::SecondPreviousBytes, bytes(at.checked_sub(2)));
        row.set(Evidence::SecondNextBytes, bytes(Some(at + 2)));
        row.set(Evidence::SecondNextLinks, links(Some(at + 2)));
        let (from, to) = (at.saturating_sub(NEAR), (at + NEAR + 1).min(self.looks.len()));
        let past = self.running_before.get(to).copied().unwrap_or(self.page.running);
        row.set(Evidence::RunningNear, log(past - self.running_before[from] - self.looks[at].running));
        let (near, past) = (self.before[from], self.before[to]);
        row.set(Evidence::LinksNear, share(past.links - near.links, past.bytes - near.bytes));
        row.set(Evidence::CommentsNear, (past.comments - near.comments) as f32);
        row.set(Evidence::BylinesNear, (past.bylines - near.bylines) as f32);
        row.set(Evidence::FurnitureNear, (past.topics - near.topics) as f32);
        let (begun, here) = (self.before[self.text.0.min(at)], self.before[at]);
        row.set(Evidence::AfterComments, (here.comment_lines - begun.comment_lines).min(9) as f32);
        row.set(Evidence::AfterOtherPages, (here.other_headings - begun.other_headings).min(9) as f32);
        row.set(Evidence::BlocksToRunning, self.to_running[at] as f32);
        let from_running = last_running.map_or(FAR, |last| (at - last).min(FAR));
        row.set(Evidence::BlocksFromRunning, from_running as f32);
    }

    fn set_heading(&self, at: usize, heading: Option<usize>, row: &mut impl Sheet) {
        let Some(heading) = heading else {
            row.set(Evidence::HeadingTopic, NONE);
            row.set(Evidence::HeadingLevel, 0.0);
            row.set(Evidence::HeadingBlocks, FAR as f32);
            row.set(Evidence::HeadingAway, 0.0);
            return;
        };
        let blocks = &self.document.blocks;
        let level = blocks[heading].heading().map_or(0.0, |(level, _)| f32::from(level.unwrap_or(0)));
        row.set(Evidence::HeadingTopic, self.looks[heading].topics.class());
        row.set(Evidence::HeadingLevel, level);
        row.set(Evidence::HeadingBlocks, (at - heading).min(FAR) as f32);
        let branch = |at: usize| blocks[at].container.map(|of| self.known[of as usize].branch);
        row.set(Evidence::HeadingAway, f32::from(u8::from(branch(at) != branch(heading))));
    }

    fn set_container(&self, container: Option<u32>, row: &mut impl Sheet) {
        let Some(container) = container else {
            row.set(Evidence::ArticleShare, 0.0);
            Evidence::ALL[CONTAINER].iter().for_each(|&evidence| row.set(evidence, 0.0));
            return;
        };
        let known = &self.known[container as usize];
        let own = &known.shares;
        row.set(Evidence::OwnText, own.text);
        row.set(Evidence::OwnLinks, own.links);
        row.set(Evidence::OwnBlocks, own.blocks);
        row.set(Evidence::OwnMean, own.mean);
        row.set(Evidence::OwnRunning, own.running);
        let outer = self.document.containers[container as usize].parent;
        let outer = outer.map_or(Shares::default(), |outer| self.known[outer as usize].shares);
        row.set(Evidence::OuterText, outer.text);
        row.set(Evidence::OuterLinks, outer.links);
        row.set(Evidence::OuterRunning, outer.running);
        row.set(Evidence::ContainerDepth, known.depth.min(FAR as u32) as f32);
        row.set(Evidence::InRoot, f32::from(u8::from(known.in_root)));
        row.set(Evidence::RootSteps, known.root_steps.min(FAR as u32) as f32);
        row.set(Evidence::RootShare, self.root_share);
        row.set(Evidence::HomeSteps, known.home_steps.min(FAR as u32) as f32);
        let branch = &self.known[known.branch as usize];
        row.set(Evidence::BranchTopic, branch.topic.map_or(NONE, Topic::class));
        let branch = &branch.shares;
        row.set(Evidence::BranchText, branch.text);
        row.set(Evidence::BranchLinks, branch.links);
        row.set(Evidence::BranchMean, branch.mean);
        row.set(Evidence::BranchRunning, branch.running);
        row.set(Evidence::BranchBlocks, branch.blocks);
        let article = known.article.map_or(0.0, |article| self.known[article as usize].shares.running);
        row.set(Evidence::ArticleShare, article);
    }
}

/// Tells the evidence about one block after the other.
pub(super) struct Reader<'e, 'd> {
    evident: &'e Evident<'d>,
    /// The last heading and the last running text so far.
    heading: Option<usize>,
    running: Option<usize>,
}

impl Reader<'_, '_> {
    /// Writes about the block `at`, behind the one before it.
    pub(super) fn write(&mut self, at: usize, row: &mut impl Sheet) {
        let evident = self.evident;
        let block = &evident.document.blocks[at];
        let last = at.checked_sub(1).map(|last| &evident.document.blocks[last]);
        match last {
            Some(last) if last.place == block.place => row.repeat(PLACE),
            _ => evident.set_place(block.place, row),
        }
        match last {
            Some(last) if last.container == block.container => row.repeat(CONTAINER),
            _ => evident.set_container(block.container, row),
        }
        evident.set_block(at, row);
        evident.set_page(at, row);
        evident.set_neighbors(at, self.running, row);
        evident.set_heading(at, self.heading, row);
        if block.heading().is_some() {
            self.heading = Some(at);
        }
        if evident.looks[at].running > 0 {
            self.running = Some(at);
        }
    }
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
    for at in 0..blocks.len() {
        for other in at + 1..(at + 1 + REPEATED_WITHIN).min(blocks.len()) {
            if looks[at].bytes == looks[other].bytes && blocks[at].text == blocks[other].text {
                looks[at].repeats = true;
                looks[other].repeats = true;
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
