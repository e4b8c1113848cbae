//! Every limit of the program: its value, its unit, its reason, and the option that raises it.
//!
//! Limits count bytes, blocks and depth, never time: what is cut is a function of the bytes alone. A limit
//! that is met gives a diagnostic with the number met.

/// How far one page is followed: the limits that options raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PageLimits {
    /// Bytes of the page. Default: [`MAX_PAGE_BYTES`].
    #[serde(rename = "max_page_bytes")]
    pub bytes: u64,
    /// Open elements. Default: [`MAX_DEPTH`].
    #[serde(rename = "max_depth")]
    pub depth: usize,
    /// Blocks. Default: [`MAX_BLOCKS`].
    #[serde(rename = "max_blocks")]
    pub blocks: usize,
    /// Attributes of a tag. Default: [`MAX_ATTRIBUTES`].
    #[serde(rename = "max_attributes")]
    pub attributes: usize,
    /// Nodes of the tree for selectors. Default: [`MAX_TREE_NODES`].
    #[serde(rename = "max_tree_nodes")]
    pub tree_nodes: usize,
    /// Findings of one id. Default: [`MAX_FINDINGS`].
    #[serde(rename = "max_findings")]
    pub findings: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self {
            bytes: MAX_PAGE_BYTES,
            depth: MAX_DEPTH,
            blocks: MAX_BLOCKS,
            attributes: MAX_ATTRIBUTES,
            tree_nodes: MAX_TREE_NODES,
            findings: MAX_FINDINGS,
        }
    }
}

/// Bytes of one page. Of 10,000 pages of the web the largest HTML is a few MB (HTTP Archive, 2024: 99th
/// percentile under 1 MB); over this it is a data file. Raised by `--max-page-bytes`.
pub const MAX_PAGE_BYTES: u64 = 64 * 1024 * 1024;

/// The most that `--max-page-bytes` may be. Offsets have 32 bits, and a malformed byte becomes a character of
/// three. Fixed.
pub const MAX_PAGE_BYTES_CEILING: u64 = 1024 * 1024 * 1024;

/// Open elements of an HTML page; deeper ones count as text of the 512th. The depth at which Blink and
/// WebKit stop nesting. Raised by `--max-depth`.
pub const MAX_DEPTH: usize = 512;

/// Blocks of one page; text past them is left over. A page of this many is a data dump: the ICD-10-CM
/// tabular list as one page has about 300,000. Raised by `--max-blocks`.
pub const MAX_BLOCKS: usize = 1_000_000;

/// Attributes looked at on one HTML tag; later ones are passed over. html5ever is quadratic in them. Raised by
/// `--max-attributes`.
pub const MAX_ATTRIBUTES: usize = 256;

/// Bytes of a text of the page that a message quotes. Fixed.
pub const MAX_QUOTE_BYTES: usize = 60;

/// Linked folders that the path of a page may lead through with `--follow`; what lies behind more is passed over as a loop.
/// `_POSIX_SYMLOOP_MAX`: what a portable program may rely on. Fixed.
pub const MAX_LINKS: u8 = 8;

/// Findings of one id that a page's record lists; one more tells how many were left out. A page of 100
/// faults of one kind has one cause, and a record must stay far smaller than its page. Raised by
/// `--max-findings`.
pub const MAX_FINDINGS: usize = 100;

/// Bytes of one record in a file of records; a longer one is told as malformed. The record of the largest page
/// that is read by default has at most six bytes for each of its bytes, as `\u0000`. Fixed.
pub const MAX_RECORD_BYTES: usize = 512 * 1024 * 1024;

/// Bytes of a file of the classification, and of all titles in it. The ICD-10-CM tabular list has 10 MB, its
/// titles with those of 7th characters 9 MB. Fixed.
pub const MAX_REFERENCE_BYTES: u64 = 64 * 1024 * 1024;

/// Elements and comments of the tree that selectors need, about 170 MB. A page of the web has some thousands;
/// formatting elements that are never closed make this many of 20 KB. Raised by `--max-tree-nodes`.
pub const MAX_TREE_NODES: usize = 1_000_000;

/// Bytes of the footer of a Parquet file that is read: 2,000 row groups of a run's records have some 30 MB. What is
/// made of it takes up to 20 times as much memory. Fixed.
pub const MAX_PARQUET_FOOTER_BYTES: u64 = 32 * 1024 * 1024;

/// Columns and groups nested in each other in the schema of a Parquet file that is read; a record has 8. Fixed.
pub const MAX_PARQUET_DEPTH: usize = 64;

/// Values in one page of a Parquet file that is read, with those that are missing: a few bytes can stand for any
/// number of them. DuckDB ends a page at 100 MB, which is 12 million numbers. Fixed.
pub const MAX_PARQUET_PAGE_VALUES: usize = 32 * 1024 * 1024;

/// Bytes of the pages of a Parquet file that are held at once, one a column. DuckDB writes pages of up to 100 MB.
/// Fixed.
pub const MAX_PARQUET_HELD_BYTES: usize = 1024 * 1024 * 1024;
