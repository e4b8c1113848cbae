//! Why a file under the input is no page. Every such file is counted under its reason.

use std::fmt;

/// Why a file is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// An archive or a compressed file.
    Archive,
    /// A link whose target does not exist.
    BrokenLink,
    /// A program, a database, or any other bytes that are no text.
    Binary,
    /// Data that is no page: JSON, XML that is not XHTML, a delimited table.
    Data,
    /// A PDF, an office or another document that is not text.
    Document,
    /// It lies in the directory of an earlier run.
    EarlierRun,
    /// `--include` or `--exclude` leaves it out.
    Excluded,
    /// A font.
    Font,
    /// Its name, or that of a folder on its way, starts with a dot.
    Hidden,
    /// A picture.
    Image,
    /// A link to a folder, which only `--follow` goes through.
    LinkedFolder,
    /// A link that leads back to a folder it lies in, or through too many links.
    LinkLoop,
    /// Sound or film.
    Media,
    /// Past the number of pages that `--limit` allows.
    OverLimit,
    /// A device, pipe or socket; never opened.
    SpecialFile,
    /// A style sheet or script that belongs to pages.
    WebAsset,
}

impl SkipReason {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 16] = [
        Self::Archive,
        Self::BrokenLink,
        Self::Binary,
        Self::Data,
        Self::Document,
        Self::EarlierRun,
        Self::Excluded,
        Self::Font,
        Self::Hidden,
        Self::Image,
        Self::LinkedFolder,
        Self::LinkLoop,
        Self::Media,
        Self::OverLimit,
        Self::SpecialFile,
        Self::WebAsset,
    ];

    /// The reason that `as u8` made this number of.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The stable name, as in `run.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::BrokenLink => "broken_link",
            Self::Binary => "binary",
            Self::Data => "data",
            Self::Document => "document",
            Self::EarlierRun => "earlier_run",
            Self::Excluded => "excluded",
            Self::Font => "font",
            Self::Hidden => "hidden",
            Self::Image => "image",
            Self::LinkedFolder => "linked_folder",
            Self::LinkLoop => "link_loop",
            Self::Media => "media",
            Self::OverLimit => "over_limit",
            Self::SpecialFile => "special_file",
            Self::WebAsset => "web_asset",
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_back_to_its_reason() {
        for (at, reason) in SkipReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, at);
            assert_eq!(SkipReason::from_number(at as u8), Some(reason));
        }
        assert_eq!(SkipReason::from_number(16), None);
    }

    #[test]
    fn the_docs_name_every_reason() {
        let docs = include_str!("../../docs/input.md");
        for reason in SkipReason::ALL {
            assert!(docs.contains(&format!("`{reason}`")), "{reason}");
        }
    }
}
