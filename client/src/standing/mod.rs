//! Standing orders: what a household would order if somebody watched the book for it.
//!
//! [`calendar`] finds the same slot on former days of a weekday, [`forecast`] makes a quantity with a margin of
//! them, [`limits`] are what the owner allows, and [`plan`] says what to place, improve and cancel, each with a
//! sentence that says why. All of it is arithmetic on what it is given: nothing here asks a node, reads a
//! clock or signs. [`simulation`] applies it to days of readings.

pub mod calendar;
pub mod forecast;
pub mod limits;
pub mod plan;
pub mod simulation;
#[cfg(test)]
mod tests;
