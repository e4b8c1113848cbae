//! Counts where the units of a page went: [`Role`]s in, [`Coverage`] out.

use crate::document::Document;
use crate::extraction::Role;
use crate::record::Coverage;

/// The sums over all blocks, and what was left out past their limit; `assigned + chrome + unassigned == lines`.
pub fn coverage(document: &Document<'_>, roles: &[Role<'_>]) -> Coverage {
    let mut coverage =
        Coverage { lines: document.left_out, unassigned: document.left_out, ..Coverage::default() };
    for (block, role) in document.blocks.iter().zip(roles) {
        coverage.lines += block.units;
        match role {
            Role::Field { .. } => coverage.assigned += block.units,
            Role::Chrome { .. } => coverage.chrome += block.units,
            Role::Unassigned => coverage.unassigned += block.units,
        }
    }
    coverage
}
