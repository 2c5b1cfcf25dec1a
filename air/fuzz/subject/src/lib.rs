//! What is fuzzed, and the form a case has in a file and on its way into the Wasm guest.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod case;
mod class;
mod statement;
mod stock;

pub use case::{decode, encode};
pub use class::{class, CLASSES, PAST_HEADER};
pub use statement::Statement;
pub use stock::StockReject;
