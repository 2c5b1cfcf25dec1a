//! The traits through which Meterproof's pallets meet, with what they speak of. No storage.
//!
//! Identifiers, digests and statements are those of `meterproof-statements`.
//!
//! Vocabulary and rules: `docs/architecture.md`.
//!
//! A value that changes at a period's border, with what stood before for as long as it is needed:
//!
//! ```
//! use meterproof_primitives::Timeline;
//!
//! let mut rate: Timeline<u64> = Timeline::starting(100, 5);
//! // From period 120 on. Period 100 is not settled yet.
//! assert_eq!(rate.set(120, 6, 100), Ok(()));
//! assert_eq!([99, 100, 119, 120].map(|period| rate.at(period)), [None, Some(&5), Some(&5), Some(&6)]);
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)]

extern crate alloc;

pub mod api;
pub mod backstop;
pub mod book;
pub mod commitment;
pub mod gateway;
pub mod opening;
pub mod path;
pub mod payment;
pub mod period;
pub mod proof;
pub mod refusal;
pub mod sealed;
pub mod timeline;
pub mod timetable;
pub mod traits;
pub mod types;

pub use backstop::*;
pub use book::*;
pub use commitment::*;
pub use gateway::*;
pub use opening::*;
pub use path::*;
pub use payment::*;
pub use period::*;
pub use proof::*;
pub use refusal::*;
pub use sealed::*;
pub use timeline::*;
pub use timetable::*;
pub use traits::*;
pub use types::*;
