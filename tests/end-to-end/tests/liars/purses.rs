//! Wallets with notes, for payments through a lying node.

use anyhow::Result;
use meterproof_driver::wallet::{Wallet, MPF};

use crate::{World, LIMIT};

/// What each payer has in its largest note.
pub const LARGE: u64 = 40 * MPF;
/// What the first payer has in another one.
pub const SMALL: u64 = 20 * MPF;

/// Who pays, and who is paid.
pub struct Purses {
	/// Has two notes.
	pub first: Wallet,
	/// Has a note.
	pub second: Wallet,
	/// Has a note, and an account with money.
	pub third: Wallet,
	/// Is paid.
	pub friend: Wallet,
	/// Somebody else, with an account that has money.
	pub other: Wallet,
}

impl Purses {
	/// Wallets whose notes are final and not yet in the anchor.
	pub fn new(world: &World) -> Result<Self> {
		let purse = |account: &str| {
			let client = world.setting.client.of(&format!("//{account}"));
			Wallet::create(&client, world.setting.file(&format!("{account}.wallet")))
		};
		let purses = Self {
			first: purse("Alice")?,
			second: purse("Bob")?,
			third: purse("Charlie")?,
			friend: purse("Dave")?,
			other: purse("Eve")?,
		};
		let Self { first, second, third, friend, .. } = &purses;
		let mut paying = Vec::new();
		for payer in [first, second, third] {
			paying.push(payer.start("shield", &["--amount", "40"])?);
		}
		paying.push(friend.start("shield", &["--to", &first.address, "--amount", "20"])?);
		for running in paying {
			running.finish(LIMIT)?;
		}
		Ok(purses)
	}
}
