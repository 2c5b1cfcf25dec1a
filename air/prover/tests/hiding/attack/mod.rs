//! An attacker with one proof, who knows what is public and wants what is not. Each opened value of
//! a column is a linear equation on its cells.

mod split;
mod transfer;
mod usage;
