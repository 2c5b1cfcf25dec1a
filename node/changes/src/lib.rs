//! What the blocks of a chain change in its market, for those who subscribe to it over JSON-RPC.
//!
//! A node tells this crate what happened in a block ([`Happened`]); [`Block::read`] makes of it the changes
//! of trades and settlements, each with its JSON, once for all subscribers. A [`Filter`] picks what one of
//! them wants. [`Seats`] hands every block to every subscriber in order, from the block on that the
//! subscriber was told at its start, and drops those that fall behind; [`Unread`] bounds what a connection
//! keeps for one that does not read. [`notice`] writes the notifications.
//!
//! Nothing here knows the SDK: what a node reads of its database stands in the node.

mod block;
mod filter;
mod happened;
pub mod notice;
mod seats;
mod unread;

pub use block::{Block, Trades};
pub use filter::{Blocks, Filter, OfferFilter, SettlementFilter, TradeFilter};
pub use happened::{Ending, Happened};
pub use seats::{Full, Head, Limits, Seat, Seats, Size, Step, Stop};
pub use unread::Unread;

#[cfg(test)]
mod tests;
