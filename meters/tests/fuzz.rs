//! Damaged input: telegrams and files that were good are changed, and random bytes are read. Nothing may
//! panic, and what a checksum or a tag covers may not be read as something else.
//!
//! `METERPROOF_FUZZ_CASES` says how many cases each property has; 256 if it is absent.

#[path = "fuzz/bus.rs"]
mod bus;
#[path = "fuzz/damage.rs"]
mod damage;
#[path = "fuzz/text.rs"]
mod text;
