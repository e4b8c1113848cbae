//! Every file under the inputs, in uri byte order.
//!
//! In: the paths that a user names (files, folders, `-` for stdin). Out: a [`Listing`]: each file once, with
//! its uri and, where its name or kind tells that it is no page, the reason. Folders are walked to the
//! bottom with one of them open at a time, the names of each in order, so that nothing is sorted as a whole. A
//! folder that cannot be read is an entry itself, whose uri ends in `/`. A linked file is a file; a linked
//! folder is followed only when asked for, and unless that leads back up. Never opens a file.

use super::listing::{Input, Listing, Packed, Place};
use super::{SkipReason, uri};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::MAX_LINKS;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The folder by which the directory of a run is told, where it keeps what later runs may use.
pub const STATE_FOLDER: &str = ".nosograph";

/// The uri of a page that came by stdin.
pub(super) const STDIN_URI: &str = "stdin";

/// What to leave out of a walk.
#[derive(Clone, Debug, Default)]
pub struct WalkOptions {
    /// Globs of which a uri must match one; all if empty. A glob without `/` is matched with the last part.
    pub include: Vec<String>,
    /// Globs of which a uri must match none.
    pub exclude: Vec<String>,
    /// The folder that a run writes; what lies in it is not input.
    pub output: Option<PathBuf>,
    /// Whether to walk folders behind links, too.
    pub follow: bool,
}

/// Lists every file under `inputs`.
///
/// # Errors
/// [`ErrorKind::Input`] if an input is missing or cannot be read; [`ErrorKind::Options`] if two
/// inputs have the same name, an input is the output, or a glob is malformed.
pub fn walk(inputs: &[PathBuf], options: &WalkOptions) -> Result<Listing> {
    let filter = Filter::new(options)?;
    let inputs = name_inputs(inputs)?;
    let output =
        options.output.as_deref().and_then(|path| fs::metadata(path).ok()).map(|data| identity(&data));
    let mut walk = Walk { listing: Packed::default(), filter, output, follow: options.follow };
    // The name of a folder ends in `/`, so the order of the prefixes is that of the uris behind them.
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by(|&a, &b| inputs[a].prefix.cmp(&inputs[b].prefix));
    for at in order {
        walk.input(at as u32, &inputs[at])?;
    }
    Ok(Listing::new(inputs, walk.listing))
}

fn name_inputs(paths: &[PathBuf]) -> Result<Vec<Input>> {
    let several = paths.len() > 1;
    let mut inputs = Vec::with_capacity(paths.len());
    let mut seen = HashMap::new();
    for path in paths {
        let input = name_input(path, several)?;
        let name = input.prefix.trim_end_matches('/').to_owned();
        if several && let Some(first) = seen.insert(name, path) {
            return Err(Error::new(
                ErrorKind::Options,
                "two inputs have this name, so their pages would too",
            )
            .at(path)
            .hint(format!("rename it or `{}`, or give a folder above both", first.display())));
        }
        inputs.push(input);
    }
    Ok(inputs)
}

fn name_input(path: &Path, several: bool) -> Result<Input> {
    if path.as_os_str() == "-" {
        return Ok(Input { place: Place::Stdin, prefix: STDIN_URI.to_owned(), is_folder: false });
    }
    let missing = |error: io::Error| {
        let input = Error::new(ErrorKind::Input, "the input cannot be read").at(path).source(error);
        input.hint("name a folder or file with pages; `-` is stdin")
    };
    let is_folder = fs::metadata(path).map_err(missing)?.is_dir();
    let place = Place::File(path.to_owned());
    if is_folder && !several {
        return Ok(Input { place, prefix: String::new(), is_folder });
    }
    let mut prefix = uri::encode(own_name(path).map_err(missing)?.as_bytes());
    if is_folder {
        prefix.push('/');
    }
    Ok(Input { place, prefix, is_folder })
}

/// The last part of a path; that of the folder meant where it ends in `.` or `..`.
fn own_name(path: &Path) -> io::Result<OsString> {
    if let Some(name) = path.file_name() {
        return Ok(name.to_owned());
    }
    let absolute = fs::canonicalize(path)?;
    Ok(absolute.file_name().unwrap_or(OsStr::new("root")).to_owned())
}

/// Which uris take part.
struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    fn new(options: &WalkOptions) -> Result<Self> {
        let include = if options.include.is_empty() { None } else { Some(globs(&options.include)?) };
        Ok(Self { include, exclude: globs(&options.exclude)? })
    }

    fn leaves_out(&self, uri: &str) -> bool {
        if let Some(folder) = uri.strip_suffix('/') {
            // Nobody knows what lies in it.
            return self.exclude.is_match(uri) || self.exclude.is_match(folder);
        }
        self.exclude.is_match(uri) || self.include.as_ref().is_some_and(|include| !include.is_match(uri))
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let anywhere = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
        let glob =
            GlobBuilder::new(&anywhere).literal_separator(true).build().map_err(|error| malformed(&error))?;
        set.add(glob);
    }
    set.build().map_err(|error| malformed(&error))
}

fn malformed(error: &globset::Error) -> Error {
    Error::new(ErrorKind::Options, format!("a glob is malformed: {error}"))
        .hint("`*` stands for anything but `/`, `**` for any folders: `--include '*.html'`, `--exclude 'drafts/**'`")
}

/// A walk under way.
struct Walk {
    listing: Packed,
    filter: Filter,
    output: Option<Identity>,
    follow: bool,
}

/// A folder to read.
struct Folder {
    path: PathBuf,
    uri: String,
    /// Why nothing in it is a page.
    skip: Option<SkipReason>,
    links: u8,
    above: Rc<Above>,
}

/// What tells two folders apart: device and inode.
type Identity = (u64, u64);

/// A folder and those it lies in, as they were walked.
struct Above {
    identity: Identity,
    parent: Option<Rc<Self>>,
}

impl Above {
    fn holds(&self, identity: Identity) -> bool {
        let mut above = Some(self);
        while let Some(folder) = above {
            if folder.identity == identity {
                return true;
            }
            above = folder.parent.as_deref();
        }
        false
    }
}

fn identity(data: &Metadata) -> Identity {
    (data.dev(), data.ino())
}

impl Walk {
    fn input(&mut self, at: u32, input: &Input) -> Result<()> {
        let Place::File(path) = &input.place else {
            self.add(at, &input.prefix, None);
            return Ok(());
        };
        let data = fs::metadata(path).map_err(|error| unreadable_folder(path, error))?;
        if !input.is_folder {
            let skip = is_special(data.file_type()).then_some(SkipReason::SpecialFile);
            self.add(at, &input.prefix, skip);
            return Ok(());
        }
        if self.output == Some(identity(&data)) {
            return Err(Error::new(ErrorKind::Options, "the input is the output folder")
                .at(path)
                .hint("write elsewhere: `--output DIR`"));
        }
        let above = Rc::new(Above { identity: identity(&data), parent: None });
        let uri = input.prefix.clone();
        let root = Folder { path: path.clone(), uri, skip: None, links: 0, above };
        let (mut names, whole) = self.folder(&root);
        whole.map_err(|error| unreadable_folder(path, error))?;
        names.sort();
        let mut open = vec![names];
        while let Some(names) = open.last_mut() {
            match names.next() {
                Some((uri, Found::File(skip))) => self.add(at, &uri, skip),
                Some((_, Found::Folder(folder))) => open.push(self.folder_below(&folder)),
                None => drop(open.pop()),
            }
        }
        Ok(())
    }

    /// The names in a folder below an input; where not all of them can be read, the folder is one of them.
    fn folder_below(&self, folder: &Folder) -> Names {
        let (mut names, whole) = self.folder(folder);
        match whole {
            Ok(()) => {}
            // It was there a moment ago: what vanishes costs only itself.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => names.push("", folder.skip),
        }
        if names.has_state {
            names.skip_all(SkipReason::EarlierRun);
        }
        names.sort();
        names
    }

    /// The names in a folder, as far as they can be read, in no order.
    fn folder(&self, folder: &Folder) -> (Names, io::Result<()>) {
        let mut names = Names { uri: folder.uri.clone(), ..Names::default() };
        let whole = fs::read_dir(&folder.path).and_then(|mut items| {
            items.try_for_each(|item| {
                let item = item?;
                self.item(folder, &item.file_name(), item.file_type()?, &mut names);
                Ok(())
            })
        });
        (names, whole)
    }

    fn item(&self, folder: &Folder, name: &OsStr, kind: FileType, names: &mut Names) {
        let encoded = uri::encode(name.as_bytes());
        let hidden = name.as_bytes().starts_with(b".").then_some(SkipReason::Hidden);
        let skip = folder.skip.or(hidden);
        if kind.is_file() {
            return names.push(&encoded, skip);
        }
        if is_special(kind) {
            return names.push(&encoded, Some(SkipReason::SpecialFile));
        }
        let path = folder.path.join(name);
        let links = folder.links + u8::from(kind.is_symlink());
        let data = match fs::metadata(&path) {
            Ok(data) => data,
            Err(error) if kind.is_symlink() => return names.push(&encoded, dead_link(&error).or(skip)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(_) => return names.push(&format!("{encoded}/"), skip),
        };
        if !data.is_dir() {
            let special = is_special(data.file_type()).then_some(SkipReason::SpecialFile);
            return names.push(&encoded, special.or(skip));
        }
        let identity = identity(&data);
        if self.output == Some(identity) {
            return;
        }
        if kind.is_symlink() && !self.follow {
            return names.push(&encoded, skip.or(Some(SkipReason::LinkedFolder)));
        }
        if kind.is_symlink() && (links > MAX_LINKS || folder.above.holds(identity)) {
            return names.push(&encoded, Some(SkipReason::LinkLoop));
        }
        let above = Rc::new(Above { identity, parent: Some(Rc::clone(&folder.above)) });
        let uri = format!("{}{encoded}/", folder.uri);
        names.has_state |= name == STATE_FOLDER;
        names.push_folder(&encoded, Folder { path, uri, skip, links, above });
    }

    fn add(&mut self, input: u32, uri: &str, skip: Option<SkipReason>) {
        let excluded = self.filter.leaves_out(uri).then_some(SkipReason::Excluded);
        self.listing.push(uri, skip.or(excluded), input);
    }
}

/// The names in one folder, gone through in byte order; those of folders end in `/`.
#[derive(Default)]
struct Names {
    uri: String,
    /// All names, end to end.
    text: String,
    items: Vec<Name>,
    folders: Vec<Option<Box<Folder>>>,
    /// Whether the folder is the directory of a run.
    has_state: bool,
    taken: usize,
}

/// One name: where it stands in the text, and what has it.
struct Name {
    start: u32,
    len: u16,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    File(Option<SkipReason>),
    /// The folder with this index.
    Folder(u32),
}

enum Found {
    File(Option<SkipReason>),
    Folder(Box<Folder>),
}

impl Names {
    fn push(&mut self, name: &str, skip: Option<SkipReason>) {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.items.push(Name { start, len: name.len() as u16, what: What::File(skip) });
    }

    fn push_folder(&mut self, name: &str, folder: Folder) {
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.text.push('/');
        let what = What::Folder(self.folders.len() as u32);
        self.folders.push(Some(Box::new(folder)));
        self.items.push(Name { start, len: name.len() as u16 + 1, what });
    }

    /// Nothing here is a page, for this reason.
    fn skip_all(&mut self, reason: SkipReason) {
        for item in &mut self.items {
            if let What::File(skip) = &mut item.what {
                *skip = Some(reason);
            }
        }
        self.folders.iter_mut().flatten().for_each(|folder| folder.skip = Some(reason));
    }

    fn sort(&mut self) {
        let text = &self.text;
        self.items.sort_unstable_by(|a, b| a.of(text).cmp(b.of(text)));
    }

    /// The uri of the next name, and what has it.
    fn next(&mut self) -> Option<(String, Found)> {
        let item = self.items.get(self.taken)?;
        self.taken += 1;
        let found = match item.what {
            What::File(skip) => Found::File(skip),
            What::Folder(at) => Found::Folder(self.folders[at as usize].take()?),
        };
        Some((format!("{}{}", self.uri, item.of(&self.text)), found))
    }
}

impl Name {
    fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.start as usize + usize::from(self.len)]
    }
}

fn is_special(kind: FileType) -> bool {
    kind.is_block_device() || kind.is_char_device() || kind.is_fifo() || kind.is_socket()
}

/// Why a link leads to no file; `None` if its target is there and may not be looked at.
fn dead_link(error: &io::Error) -> Option<SkipReason> {
    match error.kind() {
        io::ErrorKind::PermissionDenied => None,
        io::ErrorKind::NotFound => Some(SkipReason::BrokenLink),
        _ => Some(SkipReason::LinkLoop),
    }
}

fn unreadable_folder(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Input, "the input cannot be read")
        .at(path)
        .source(error)
        .hint("give yourself the right to read it, or name another")
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder with these files (`name/` is a folder).
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(if file.ends_with('/') { &path } else { path.parent().unwrap() }).unwrap();
            if !file.ends_with('/') {
                fs::write(&path, "x").unwrap();
            }
        }
        root
    }

    fn listed(listing: &Listing) -> Vec<String> {
        let name = |entry: &Entry| match entry.skip {
            Some(reason) => format!("{}: {reason}", entry.uri),
            None => entry.uri.to_string(),
        };
        listing.entries().map(|entry| name(&entry)).collect()
    }

    fn check(root: &Path, options: &WalkOptions, expected: &[&str]) {
        let listing = walk(&[root.to_owned()], options).unwrap();
        assert_eq!(listed(&listing), expected);
    }

    #[test]
    fn files_come_in_byte_order_of_their_uris() {
        let root = folder(&["b.txt", "a/z.txt", "a.txt", "a-b/c.txt", "B.txt", "%.txt"]);
        let expected = ["%25.txt", "B.txt", "a-b/c.txt", "a.txt", "a/z.txt", "b.txt"];
        check(root.path(), &WalkOptions::default(), &expected);
    }

    #[test]
    fn every_file_counts_with_its_reason() {
        let root = folder(&[".git/x", ".hidden", "a.txt", "sub/b.txt"]);
        symlink("sub", root.path().join("linked")).unwrap();
        symlink("a.txt", root.path().join("link.txt")).unwrap();
        symlink("..", root.path().join("sub/up")).unwrap();
        symlink("self", root.path().join("self")).unwrap();
        symlink("nowhere", root.path().join("broken")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
        let expected = [
            ".git/x: hidden",
            ".hidden: hidden",
            "a.txt",
            "broken: broken_link",
            "link.txt",
            "linked: linked_folder",
            "self: link_loop",
            "socket: special_file",
            "sub/b.txt",
            "sub/up: linked_folder",
        ];
        check(root.path(), &WalkOptions::default(), &expected);
        let followed = [
            ".git/x: hidden",
            ".hidden: hidden",
            "a.txt",
            "broken: broken_link",
            "link.txt",
            "linked/b.txt",
            "linked/up: link_loop",
            "self: link_loop",
            "socket: special_file",
            "sub/b.txt",
            "sub/up: link_loop",
        ];
        check(root.path(), &WalkOptions { follow: true, ..WalkOptions::default() }, &followed);
    }

    #[test]
    fn directories_of_runs_are_no_input_but_counted() {
        let root = folder(&["a.txt", "out/.nosograph/lock", "out/load/x.sql", "out/report.html", "z.txt"]);
        let expected = [
            "a.txt",
            "out/.nosograph/lock: earlier_run",
            "out/load/x.sql: earlier_run",
            "out/report.html: earlier_run",
            "z.txt",
        ];
        check(root.path(), &WalkOptions::default(), &expected);
        check(
            &root.path().join("out"),
            &WalkOptions::default(),
            &[".nosograph/lock: hidden", "load/x.sql", "report.html"],
        );
    }

    #[test]
    fn globs_and_the_output_leave_files_out() {
        let root = folder(&["a.html", "a.txt", "d/b.html", "d/c.txt", "output/r.html"]);
        let options = WalkOptions {
            include: vec!["*.html".into()],
            exclude: vec!["d/**".into()],
            output: Some(root.path().join("output")),
            ..WalkOptions::default()
        };
        check(
            root.path(),
            &options,
            &["a.html", "a.txt: excluded", "d/b.html: excluded", "d/c.txt: excluded"],
        );
    }

    #[test]
    fn several_inputs_stand_after_their_names() {
        let root = folder(&["one/a.txt", "two/a.txt", "b.txt", "deep/one/"]);
        let inputs = ["one", "two/", "b.txt"].map(|name| root.path().join(name));
        let listing = walk(&inputs, &WalkOptions::default()).unwrap();
        assert_eq!(listed(&listing), ["b.txt", "one/a.txt", "two/a.txt"]);
        for entry in listing.entries() {
            let Place::File(path) = listing.place(&entry) else { panic!("{entry:?}") };
            assert_eq!(path, root.path().join(&entry.uri));
        }
        let same = ["one", "deep/one"].map(|name| root.path().join(name));
        assert_eq!(walk(&same, &WalkOptions::default()).unwrap_err().kind(), ErrorKind::Options);
    }

    #[test]
    fn names_that_are_not_utf8_lead_back_to_their_files() {
        let root = folder(&[]);
        let path = root.path().join(OsStr::from_bytes(b"a\xFF\n.txt"));
        fs::write(&path, "x").unwrap();
        let listing = walk(&[root.path().to_owned()], &WalkOptions::default()).unwrap();
        assert_eq!(listed(&listing), ["a%FF%0A.txt"]);
        assert_eq!(listing.place(&listing.entries().next().unwrap()), Place::File(path));
    }

    #[test]
    fn what_cannot_be_walked_is_an_error_that_says_so() {
        let root = folder(&["a.txt"]);
        let check = |path: &Path, options: &WalkOptions, kind| {
            assert_eq!(walk(&[path.to_owned()], options).unwrap_err().kind(), kind);
        };
        check(&root.path().join("none"), &WalkOptions::default(), ErrorKind::Input);
        let output = WalkOptions { output: Some(root.path().to_owned()), ..WalkOptions::default() };
        check(root.path(), &output, ErrorKind::Options);
        let glob = WalkOptions { include: vec!["[".into()], ..WalkOptions::default() };
        check(root.path(), &glob, ErrorKind::Options);
    }
}
