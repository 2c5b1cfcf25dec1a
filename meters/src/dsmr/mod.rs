//! DSMR: the P1 port of smart meters in the Netherlands, Belgium, Luxembourg, Sweden and others, on a
//! serial line or behind a TCP connection.
//!
//! Written after "P1 Companion Standard" 2.2 to 5.0.2 and Belgium's e-MUCS P1. The crate `dsmr5` 0.4.0
//! was looked at and not taken: it knows neither 2.2 nor Belgium's registers, fails at lines that it
//! does not know, holds a telegram to 2048 bytes, and does not tell a port's telegrams apart.

mod frames;
mod source;
mod telegram;
pub(crate) mod time;

pub use source::{Dsmr, DsmrSettings};
pub use telegram::{parse, DsmrError, Version};

pub(crate) use telegram::checksum;
#[cfg(test)]
mod tests;
