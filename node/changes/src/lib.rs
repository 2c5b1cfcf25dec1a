//! What the blocks of a chain change in its market, for those who subscribe to it over JSON-RPC.
//!
//! A node tells this crate what happened in a block ([`Happened`]); [`Block::read`] makes of it the changes
//! of trades, settlements and books, each with its JSON, once for all subscribers. A [`Filter`] picks what one of
//! them wants. [`Seats`] hands every block to every subscriber in order, from the block on that the
//! subscriber was told at its start, and drops those that fall behind; [`Unread`] bounds what a connection
//! keeps for one that does not read. [`notice`] writes the notifications.
//!
//! Nothing here knows the SDK: what a node reads of its database stands in the node.
//!
//! ```
//! use std::sync::Arc;
//!
//! use meterproof_changes::{Blocks, Full, Head, Seats, Size, Step, LIMITS};
//!
//! struct Changes(&'static str);
//! impl Size for Changes {
//!     fn bytes(&self) -> usize {
//!         self.0.len()
//!     }
//! }
//!
//! let head = |number| Head { number, hash: Default::default() };
//! let seats = Seats::new(LIMITS, head(7), head(9));
//! let connection = 1;
//! let (begins, seat) = seats.join(connection, Blocks::Finalized)?;
//! assert_eq!(begins, head(7));
//! // Whoever sits there reads it with `seat.next()`, once it comes to that.
//! seats.tell(Blocks::Finalized, head(8), &Step::Block(Arc::new(Changes("of block 8"))));
//! assert_eq!(seats.head(Blocks::Finalized), head(8));
//! drop(seat);
//! # Ok::<(), Full>(())
//! ```

mod block;
mod filter;
mod happened;
pub mod notice;
mod seats;
mod unread;

pub use block::{Block, State};
pub use filter::{Blocks, ClearingFilter, Filter, OfferFilter, SettlementFilter, TradeFilter};
pub use happened::{Ending, Happened};
pub use seats::{Full, Head, Limits, Seat, Seats, Size, Step, Stop, LIMITS};
pub use unread::Unread;

#[cfg(test)]
mod tests;
