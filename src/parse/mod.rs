//! Pages to documents: one module a format.

pub mod html;
pub mod tree;
