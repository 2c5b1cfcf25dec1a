//! Taking what is new on the chain into a wallet.

use std::{
	path::Path,
	time::{Duration, Instant},
};

use meterproof_wallet::{
	anchor::{ANCHOR_PERIOD, ROOT_LIFE},
	file::WalletFile,
	scan::ScanError,
	wallet::{Anchor, Scanned},
};
use serde_json::json;

use crate::{
	chain::{restarted, Chain},
	commands::Context,
	error::{Error, Result},
	proof::parse_hash,
	rpc::{PaymentsState, NOTE_PAGE},
};

/// How long a scan may go on before what it found is written down.
const SAVE_EVERY: Duration = Duration::from_secs(10);
/// Errors of a scan that finds other notes than were there, or fewer.
const OTHER_NOTES: [&str; 6] =
	["AnchorDiffers", "BlocksDiffer", "NodeBehind", "OutOfOrder", "RootDiffers", "TornPayment"];
/// How often a scan begins again because there is a new anchor: a node could else keep it busy for ever.
const MOST_ROUNDS: usize = 8;

/// Where a scan has led.
pub struct Stand {
	/// The last finalised block.
	pub block: u32,
	/// What payments are to rest on, computed from the notes, and from block numbers that are the node's
	/// word.
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
	let before = file.wallet.scanned().copied();
	match take_up_to_head(context, chain, file, page).await {
		Err(error) => Err(explained(before, error, async |hash| chain.has_lost(&hash).await).await),
		Ok(stand) => Ok(stand),
	}
}

/// What is said where the notes are not those that the wallet has seen: a chain that was started anew
/// has none of them. `has_lost` asks whether the chain has no final block of this hash any more.
async fn explained(
	before: Option<Scanned>,
	error: Error,
	has_lost: impl AsyncFnOnce([u8; 32]) -> Result<bool>,
) -> Error {
	let Some(Scanned { block, hash }) = before else { return error };
	if !OTHER_NOTES.contains(&error.name()) {
		return error;
	}
	match has_lost(hash).await {
		Ok(true) => {
			let missing = format!("it has no block {block} as the wallet has seen it");
			let remedy = "run `wallet scan --anew`, which forgets the notes of the chain before";
			restarted(&missing, remedy)
		},
		// A node that does not answer any more says nothing about its chain.
		Ok(false) | Err(_) => error,
	}
}

async fn take_up_to_head(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	page: u64,
) -> Result<Stand> {
	let mut state = chain.rpc.payments_state().await?;
	let mut looked_at = 0_u64;
	for _ in 0..MOST_ROUNDS {
		ensure_constants(&state)?;
		let new = take_all(context, chain, file, &state, page).await?;
		looked_at = looked_at.saturating_add(new);
		let scanned = Scanned { block: state.block, hash: parse_hash(&state.hash)? };
		file.wallet.finish_scan(scanned, &state.head.anchor()?)?;
		file.save()?;
		ensure_anchor(&state.anchor.anchor()?, &file.wallet.anchor()?)?;
		if new == 0 {
			break;
		}
		let now = chain.rpc.payments_state().await?;
		if !has_newer_anchor(state.block, now.block) {
			break;
		}
		state = now;
	}
	Ok(Stand { block: state.block, anchor: file.wallet.anchor()?, looked_at })
}

/// Whether there is a newer anchor once this block is final. A payment on the older one would tell how
/// long its payer was busy scanning.
fn has_newer_anchor(scanned: u32, last_final: u32) -> bool {
	last_final / ANCHOR_PERIOD > scanned / ANCHOR_PERIOD
}

/// Takes the notes up to a final block; how many were new.
async fn take_all(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	state: &PaymentsState,
	page: u64,
) -> Result<u64> {
	let notes = u64::from(state.head.notes);
	let from = file.wallet.next_position();
	let missing = notes.checked_sub(from).ok_or(ScanError::NodeBehind)?;
	let bar = context.output.bar(missing, "scanning");
	let mut saved = Instant::now();
	while file.wallet.next_position() < notes {
		let next = file.wallet.next_position();
		let limit = page.min(notes.saturating_sub(next));
		let notes = chain.rpc.notes(next, limit).await?;
		file.wallet.take(next, &notes)?;
		bar.set_position(file.wallet.next_position().saturating_sub(from));
		if saved.elapsed() > SAVE_EVERY {
			file.save()?;
			saved = Instant::now();
		}
	}
	bar.finish_and_clear();
	Ok(missing)
}

/// Refuses a chain whose anchors come at other blocks, or live for another time, than this program
/// knows: a node that chose them could mark a wallet, or end an anchor's life early. With a final block
/// and blocks of notes to match it can still choose a root from the wallet's last anchor on.
fn ensure_constants(state: &PaymentsState) -> Result<()> {
	if (state.anchor_period, state.root_life) == (ANCHOR_PERIOD, ROOT_LIFE) {
		return Ok(());
	}
	let message = format!(
		"by the node's word anchors come every {} blocks and live for {}, and not every \
		 {ANCHOR_PERIOD} and for {ROOT_LIFE}: take a client that is as new as the chain, or another node",
		state.anchor_period, state.root_life
	);
	Err(Error::new("OtherConstants", message))
}

/// Refuses a node that names another anchor than the notes have.
fn ensure_anchor(named: &Anchor, computed: &Anchor) -> Result<()> {
	if named == computed {
		return Ok(());
	}
	let message = "the node names another anchor than the notes give, and a payment on it would tell \
	               whose it is: this node or one before has told blocks that are not the notes'. Use \
	               another node, and scan anew with it if that says the same for more than some blocks";
	Err(Error::new("AnchorDiffers", message))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::TreeState;

	fn state() -> PaymentsState {
		let tree = || TreeState { root: "0x".into(), notes: 4 };
		PaymentsState {
			block: 27,
			hash: "0x".into(),
			head: tree(),
			anchor: tree(),
			anchor_period: ANCHOR_PERIOD,
			root_life: ROOT_LIFE,
		}
	}

	#[test]
	fn a_long_scan_goes_on_to_the_newest_anchor() {
		assert!(has_newer_anchor(19, 20) && has_newer_anchor(7, 400));
		assert!(!has_newer_anchor(20, 29) && !has_newer_anchor(20, 20) && !has_newer_anchor(20, 7));
	}

	/// A chain that was started anew and has grown past the block up to which the wallet has scanned has
	/// other notes at the same positions: their tree has another root.
	#[tokio::test]
	async fn a_longer_chain_that_is_another_is_called_restarted() {
		let before = Some(Scanned { block: 12, hash: [7; 32] });
		let differs = || Error::from(ScanError::RootDiffers);
		assert_eq!(differs().name(), "RootDiffers");
		let anew = explained(before, differs(), async |hash| Ok(hash == [7; 32])).await;
		assert_eq!(anew.name(), "ChainRestarted");
		let text = anew.to_string();
		assert!(text.contains("no block 12") && text.contains("wallet scan --anew"), "{text}");
		// The block is there: the node lies about the notes. It does not answer: nothing is known.
		let same = explained(before, differs(), async |_| Ok(false)).await;
		assert_eq!(same.name(), "RootDiffers");
		let gone =
			async |_: [u8; 32]| -> Result<bool> { Err(Error::new("ConnectionLost", "gone")) };
		assert_eq!(explained(before, differs(), gone).await.name(), "RootDiffers");
		assert_eq!(explained(None, differs(), async |_| Ok(true)).await.name(), "RootDiffers");
		let other = Error::new("ConnectionLost", "gone");
		let other =
			explained(before, other, async |_| -> Result<bool> { panic!("it is not asked") }).await;
		assert_eq!(other.name(), "ConnectionLost");
	}

	#[test]
	fn a_node_chooses_no_anchor() {
		let computed = Anchor { root: [1; 32], notes: 4 };
		assert!(ensure_anchor(&computed, &computed).is_ok());
		for named in [Anchor { root: [2; 32], ..computed }, Anchor { notes: 2, ..computed }] {
			assert_eq!(ensure_anchor(&named, &computed).unwrap_err().name(), "AnchorDiffers");
		}
		assert!(ensure_constants(&state()).is_ok());
		for lying in [
			PaymentsState { anchor_period: 1, ..state() },
			PaymentsState { root_life: 1, ..state() },
		] {
			assert_eq!(ensure_constants(&lying).unwrap_err().name(), "OtherConstants");
		}
	}
}
