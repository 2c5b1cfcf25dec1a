//! Files: tables that people and portals export.
//!
//! [`text`] turns a file's bytes into rows of cells and cells into amounts, [`times`] turns labels
//! into points in time; every driver of a table uses both.

pub mod text;
pub mod times;
