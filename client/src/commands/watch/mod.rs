//! `watch`: what blocks change in the market, a line each, as it comes.
//!
//! The connection may be lost, and the node may drop a subscriber. Then another subscription is begun, the
//! blocks between are named, and what they changed is asked for.

mod follow;
mod known;
mod notice;
mod shown;
mod wishes;

#[cfg(test)]
mod tests;

use super::Context;
use crate::{cli::WatchCommand, error::Result};
use wishes::Wishes;

pub async fn run(context: &Context, command: WatchCommand) -> Result<()> {
	let wishes = Wishes::of(&command)?;
	tokio::select! {
		ended = follow::follow(context, &wishes) => ended,
		_ = tokio::signal::ctrl_c() => Ok(()),
	}
}
