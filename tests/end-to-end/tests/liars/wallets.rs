//! Wallets with notes, for payments through a lying node.

use anyhow::Result;
use meterproof_driver::wallet::{Wallet, MPF};

use crate::{World, LIMIT};

/// What each payer has in its largest note.
pub const LARGE: u64 = 40 * MPF;
/// What the first payer has in another one.
pub const SMALL: u64 = 20 * MPF;

/// Who pays, and who is paid.
pub struct Wallets {
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

impl Wallets {
	/// Wallets whose notes are final and not yet in the anchor.
	pub fn new(world: &World) -> Result<Self> {
		let wallet = |account: &str| {
			let client = world.setting.client.of(&format!("//{account}"));
			Wallet::create(&client, world.setting.file(&format!("{account}.wallet")))
		};
		let wallets = Self {
			first: wallet("Alice")?,
			second: wallet("Bob")?,
			third: wallet("Charlie")?,
			friend: wallet("Dave")?,
			other: wallet("Eve")?,
		};
		let Self { first, second, third, friend, .. } = &wallets;
		let mut paying = Vec::new();
		for payer in [first, second, third] {
			paying.push(payer.start("shield", &["--amount", "40"])?);
		}
		paying.push(friend.start("shield", &["--to", &first.address, "--amount", "20"])?);
		for running in paying {
			running.finish(LIMIT)?;
		}
		Ok(wallets)
	}
}
