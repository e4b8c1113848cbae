//! How much the rules of a profile were worth in a run: a profile and a run directory in, a row for each rule
//! out. Reads only the manifest of the run.

use crate::emit::RuleCount;
use crate::emit::manifest::{read_manifest, rule_counts};
use crate::error::Result;
use crate::profile::Profile;
use std::path::Path;

/// The rules of a profile, held against a run.
#[derive(Debug)]
pub struct RuleCoverage {
    /// Name and version of the profile that the run was made with.
    pub run_profile: String,
    /// Whether the text of that profile is the one at hand.
    pub is_same: bool,
    /// Pages of the run that gave a record or a reject.
    pub pages: u64,
    /// The rules of the profile at hand, in its order; `None` of those that the run does not know.
    pub rules: Vec<(String, Option<RuleCount>)>,
}

impl RuleCoverage {
    /// Holds the rules of a profile against what the run in `folder` counted.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::error::ErrorKind::Input) if the folder has no manifest that can be read.
    pub fn of(profile: &Profile, folder: &Path) -> Result<Self> {
        let manifest = read_manifest(folder)?;
        let counts = rule_counts(&manifest);
        let ids = profile.rules.iter().map(|rule| &rule.id).chain(profile.chrome.iter().map(|rule| &rule.id));
        let rules = ids.map(|id| (id.clone(), counts.iter().find(|of| of.rule == *id).cloned())).collect();
        let count = |name: &str| manifest["counts"][name].as_u64().unwrap_or_default();
        Ok(Self {
            run_profile: manifest["profile"]["label"].as_str().unwrap_or_default().to_owned(),
            is_same: manifest["profile"]["hash"] == profile.hash.as_str(),
            pages: count("records") + count("rejects"),
            rules,
        })
    }

    /// Rules of which the run knows and that gave nothing on any page.
    pub fn never_fired(&self) -> impl Iterator<Item = &RuleCount> {
        self.rules.iter().filter_map(|(_, count)| count.as_ref()).filter(|count| count.won == 0)
    }
}
