//! Files: tables that people and portals export.
//!
//! [`text`] turns a file's bytes into rows of cells and cells into amounts, [`times`] turns labels
//! into points in time; every driver of a table uses both.

mod doubts;
pub mod findings;
pub mod green_button;
pub mod mscons;
pub mod nem12;
pub mod own_csv;
pub mod portal;
mod source;
pub mod text;
pub mod times;

pub use findings::Quality;
pub use source::{FileFormat, FileSettings, Files};
