//! Taking what is new on the chain into a wallet.

use std::{
	path::Path,
	time::{Duration, Instant},
};

use meterproof_wallet::{
	file::WalletFile,
	wallet::{Anchor, Scanned},
};
use serde_json::json;

use crate::{
	chain::Chain,
	commands::Context,
	error::{Error, Result},
	proof::parse_hash,
	rpc::NOTE_PAGE,
};

/// How long a scan may go on before what it found is written down.
const SAVE_EVERY: Duration = Duration::from_secs(10);

/// Where a scan has led.
pub struct Stand {
	/// The last finalised block.
	pub block: u32,
	/// What payments are to rest on.
	pub anchor: Anchor,
	/// Notes that were new.
	pub looked_at: u64,
}

pub async fn run(context: &Context, path: &Path, anew: bool, page: u64) -> Result<()> {
	let mut file = super::open(context, path)?;
	let chain = super::connect(context, &file).await?;
	if anew {
		file.wallet.forget_scan();
	}
	let stand = scan_by(context, &chain, &mut file, page).await?;
	let (block, looked_at) = (stand.block, stand.looked_at);
	let own = file.wallet.notes().all().count();
	let result = json!({ "block": block, "looked_at": looked_at, "notes": own });
	context.output.show(&result, || {
		format!("looked at {looked_at} notes up to block {block}; {own} are the wallet's own")
	})
}

/// Takes all finalised notes that the wallet has not seen, and writes it down.
///
/// What is finalised does not change, so that no fork can make the wallet wrong, and a scan that
/// was cut off goes on where it stopped.
pub async fn scan(context: &Context, chain: &Chain, file: &mut WalletFile) -> Result<Stand> {
	scan_by(context, chain, file, NOTE_PAGE).await
}

async fn scan_by(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	page: u64,
) -> Result<Stand> {
	let state = chain.rpc.payments_state().await?;
	let head = state.head.anchor()?;
	let from = file.wallet.next_position();
	let missing = head.notes.checked_sub(from);
	let behind = || Error::new("NodeBehind", "the node is behind what the wallet has seen: wait");
	let missing = missing.ok_or_else(behind)?;
	let seen = file.wallet.scanned();
	if seen.is_some_and(|seen| seen.block > state.block) {
		return Err(behind());
	}

	let bar = context.output.bar(missing, "scanning");
	let mut saved = Instant::now();
	while file.wallet.next_position() < head.notes {
		let next = file.wallet.next_position();
		let limit = page.min(head.notes.saturating_sub(next));
		let notes = chain.rpc.notes(next, limit).await?;
		file.wallet.take(next, &notes)?;
		bar.set_position(file.wallet.next_position().saturating_sub(from));
		if saved.elapsed() > SAVE_EVERY {
			file.save()?;
			saved = Instant::now();
		}
	}
	bar.finish_and_clear();
	let scanned = Scanned { block: state.block, hash: parse_hash(&state.hash)? };
	file.wallet.finish_scan(scanned, &head)?;
	file.save()?;
	Ok(Stand { block: state.block, anchor: state.anchor.anchor()?, looked_at: missing })
}
