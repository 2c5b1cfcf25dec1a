//! What the blocks of a chain change in its market, for those who subscribe to it over JSON-RPC.
//!
//! A node tells this crate what happened in a block ([`Happened`]); [`Block::read`] makes of it the changes
//! of trades, settlements and books, each with its JSON, once for all subscribers. A [`Filter`] picks what one of
//! them wants. [`Seats`] hands every block to every subscriber in order, from the block on that the
//! subscriber was told at its start, and drops those that fall behind. [`notice`] writes the notifications.
//!
//! Nothing here knows the SDK: what a node reads of its database stands in the node.

mod block;
mod filter;
mod happened;
pub mod notice;
mod seats;

pub use block::{Block, State};
pub use filter::{Blocks, ClearingFilter, Filter, OfferFilter, SettlementFilter, TradeFilter};
pub use happened::{Ending, Happened};
pub use seats::{Full, Head, Limits, Seat, Seats, Step, Stop};

#[cfg(test)]
mod tests;
