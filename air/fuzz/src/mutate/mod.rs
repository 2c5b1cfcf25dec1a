//! The ways in which a case departs from what it is made of.

pub mod bytes;
pub mod splice;
pub mod statement;
pub mod structure;
pub mod values;
