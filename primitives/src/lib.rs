//! The traits through which Meterproof's pallets meet, with what they speak of. No storage.
//!
//! Identifiers, digests and statements are those of `meterproof-statements`.
//!
//! Vocabulary and rules: `docs/architecture.md`.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used)]

extern crate alloc;

pub mod api;
pub mod commitment;
pub mod payment;
pub mod period;
pub mod proof;
pub mod refusal;
pub mod sealed;
pub mod timeline;
pub mod timetable;
pub mod traits;
pub mod types;

pub use commitment::*;
pub use payment::*;
pub use period::*;
pub use proof::*;
pub use refusal::*;
pub use sealed::*;
pub use timeline::*;
pub use timetable::*;
pub use traits::*;
pub use types::*;
