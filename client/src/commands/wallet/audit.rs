//! `wallet new-auditor` and `wallet audit`: all payments of an asset, for its auditor.

mod report;

use std::{
	collections::BTreeSet,
	fs,
	path::Path,
	time::{Duration, Instant},
};

use meterproof_wallet::{
	audit::{Audit, AuditFile, AuditorKey},
	wallet::Scanned,
};
use serde_json::json;
use zeroize::Zeroizing;

use super::unit::Units;
use crate::{
	chain::Chain,
	cli::{AuditArgs, NewAuditorArgs},
	commands::Context,
	error::{file, Error, Result},
	proof::parse_hash,
};

/// How long a scan may go on before what it opened is written down.
const SAVE_EVERY: Duration = Duration::from_secs(10);

pub async fn make(context: &Context, args: NewAuditorArgs) -> Result<()> {
	let path = &args.audit.path;
	if path.exists() {
		let message = format!("{}: the audit exists already", path.display());
		return Err(Error::new("AuditExists", message));
	}
	let chain = context.chain().await?;
	let network = super::network(&chain).await?;
	let key = match &args.key_file {
		Some(path) => {
			let text =
				fs::read_to_string(path).map_err(|error| file("cannot read", path, &error))?;
			AuditorKey::parse(&network, &Zeroizing::new(text))?
		},
		None => AuditorKey::random()?,
	};
	let password = context.passwords.fresh(path)?;
	AuditFile::create(path, &password, Audit::new(network, key.clone()))?;

	let public = show(&key.public());
	let shown = path.display().to_string();
	let mut result = json!({ "auditor": public, "file": shown });
	let secret = args.show_key.then(|| key.to_text(&network));
	if let Some(secret) = &secret {
		result["key"] = json!(**secret);
	}
	context.output.show(&result, || {
		let made = format!("auditor {public}\naudit   {shown}");
		match &secret {
			Some(secret) => format!("{made}\nkey     {}", **secret),
			None => made,
		}
	})
}

pub async fn run(context: &Context, args: AuditArgs) -> Result<()> {
	let mut file = open(context, &args.audit.path)?;
	let chain = context.chain().await?;
	file.ensure_chain(&super::network(&chain).await?)?;
	if args.anew {
		file.audit.forget();
	}
	let (block, looked_at) = scan(context, &chain, &mut file, args.page).await?;
	let audit = &file.audit;
	let assets = assets(&chain, audit, &args.asset).await?;
	let units = Units::of_all(&chain).await?;
	let public = show(&audit.key().public());
	let report = report::Report::new(audit, &assets, args.from_block);
	let mut result = report.json(args.unreadable);
	result["auditor"] = json!(public);
	result["block"] = json!(block);
	result["looked_at"] = json!(looked_at);
	context.output.show(&result, || {
		format!("auditor {public}, up to block {block}\n{}", report.text(&units, args.unreadable))
	})
}

fn open(context: &Context, path: &Path) -> Result<AuditFile> {
	// Nobody is asked for the password of a file that is not there.
	if !path.exists() {
		let message = format!("{}: no such audit; `wallet new-auditor` makes one", path.display());
		return Err(Error::new("NoAudit", message));
	}
	Ok(AuditFile::open(path, &context.passwords.existing(path)?)?)
}

/// Takes all finalised notes that the audit has not seen, and writes it down; the block they end
/// with, and how many there were. One that was cut off goes on where it stopped.
async fn scan(
	context: &Context,
	chain: &Chain,
	file: &mut AuditFile,
	page: u64,
) -> Result<(u32, u64)> {
	let state = chain.rpc.payments_state().await?;
	let head = state.head.anchor()?;
	let from = file.audit.next_position();
	let behind = || Error::new("NodeBehind", "the node is behind what the audit has seen: wait");
	// By notes and not by blocks: of these a node can have told any number.
	let missing = head.notes.checked_sub(from).ok_or_else(behind)?;
	let bar = context.output.bar(missing, "auditing");
	let mut saved = Instant::now();
	while file.audit.next_position() < head.notes {
		let next = file.audit.next_position();
		let limit = page.min(head.notes.saturating_sub(next));
		let notes = chain.rpc.notes(next, limit).await?;
		file.audit.take(next, &notes)?;
		bar.set_position(file.audit.next_position().saturating_sub(from));
		if saved.elapsed() > SAVE_EVERY {
			file.save()?;
			saved = Instant::now();
		}
	}
	bar.finish_and_clear();
	file.audit.finish(Scanned { block: state.block, hash: parse_hash(&state.hash)? }, &head)?;
	file.save()?;
	Ok((state.block, missing))
}

/// The assets asked for; else those that name this auditor now, by the node's word, and those of
/// which it has opened something.
async fn assets(chain: &Chain, audit: &Audit, asked: &[u32]) -> Result<BTreeSet<u32>> {
	if !asked.is_empty() {
		return Ok(asked.iter().copied().collect());
	}
	let mut assets = BTreeSet::new();
	let public = audit.key().public();
	for asset in chain.rpc.payment_assets().await? {
		if let Some(auditor) = &asset.auditor {
			if parse_hash(auditor)? == public {
				assets.insert(asset.asset);
			}
		}
	}
	let opened = audit.payments().iter().filter(|payment| payment.is_for_this_key());
	assets.extend(opened.map(|payment| payment.asset));
	Ok(assets)
}

fn show(key: &[u8; 32]) -> String {
	format!("0x{}", hex::encode(key))
}
