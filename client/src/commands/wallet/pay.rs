//! `wallet pay` and `wallet unshield`: payments that need no account.

use std::time::{Duration, Instant};

use meterproof_programs::transfer::Public;
use meterproof_wallet::{
	address::Address,
	file::WalletFile,
	history::Intent,
	memo::Memo,
	payment::{Ask, PayError, PaymentTerms, Plan},
	sent::Earlier,
	wallet::{Anchor, Wallet},
};
use serde_json::json;

use super::{
	connect,
	earlier::{self, on_its_way},
	open,
	prove::{prove_plan, Proved},
	scan,
	unit::{Unit, Units},
};
use crate::{
	chain::{show_hash, Chain, Follower},
	cli::{AmountArgs, PayArgs, UnshieldArgs},
	commands::Context,
	error::{Error, Result},
	proof::parse_hash,
	rpc::{smallest, Destination, PaymentAsset},
	types::parse_address,
};

/// How long notes may take to become spendable: two anchors, and finality.
const SPENDABLE_LIMIT: Duration = Duration::from_secs(90);
/// How often to look.
const SPENDABLE_POLL: Duration = Duration::from_secs(2);
/// How often to look for the notes of a payment that is in a final block.
const ARRIVAL_TRIES: usize = 5;

/// Errors after which a payment may be on its way all the same.
const UNCERTAIN: [&str; 2] = ["ConnectionLost", "UnexpectedAnswer"];

pub async fn pay(context: &Context, args: PayArgs) -> Result<()> {
	let memo = Memo::new(&args.memo)?;
	let mut file = open(context, &args.wallet.path)?;
	let to = Address::parse(file.wallet.network(), &args.to)?;
	let chain = connect(context, &file).await?;
	let units = Units::of_all(&chain).await?;
	let asset = units.payable(args.amount.asset)?;
	let (unit, amount) = units.of_payment(&context.output, &mut file.wallet, &args.amount)?;
	let fee = smallest(&asset.transfer_fee)?;
	let ask = Ask::Pay { to: &to, amount, memo: &memo, fee };
	let planning = Planning { context, chain: &chain, units: &units, asset };
	let plan = planning.plan(&mut file, &ask, &args.amount).await?;
	let proved = prove_plan(context, &file.wallet, &plan, Public::Transfer { fee }).await?;
	let sent = send(context, &chain, &mut file, &plan, &proved, fee, &Destination::Notes).await?;
	let position = position_of(&file.wallet, &plan);
	report(context, &unit, &plan, &proved, &sent, amount, fee, position)
}

pub async fn unshield(context: &Context, args: UnshieldArgs) -> Result<()> {
	let to = parse_address(&args.to)?;
	let mut file = open(context, &args.wallet.path)?;
	let chain = connect(context, &file).await?;
	let units = Units::of_all(&chain).await?;
	let asset = units.payable(args.amount.asset)?;
	let (unit, amount) = units.of_payment(&context.output, &mut file.wallet, &args.amount)?;
	let fee = smallest(&asset.unshield_fee)?;
	let ask = Ask::Unshield { to: to.0, amount, fee };
	let planning = Planning { context, chain: &chain, units: &units, asset };
	let plan = planning.plan(&mut file, &ask, &args.amount).await?;
	let public = Public::Unshield { to: to.0, amount, fee };
	let proved = prove_plan(context, &file.wallet, &plan, public).await?;
	let destination = Destination::Account(to, amount);
	let sent = send(context, &chain, &mut file, &plan, &proved, fee, &destination).await?;
	report(context, &unit, &plan, &proved, &sent, amount, fee, None)
}

/// What a payment rests on, and what the chain says of its asset.
pub fn terms(
	asset: &PaymentAsset,
	named: Option<&str>,
	anchor: Anchor,
	earlier: Earlier,
) -> Result<PaymentTerms> {
	let auditor = confirmed_auditor(asset.auditor.as_deref(), named)?;
	Ok(PaymentTerms { asset: asset.asset, auditor, anchor, earlier })
}

/// What payments are put together with.
struct Planning<'a> {
	context: &'a Context,
	chain: &'a Chain,
	units: &'a Units,
	asset: &'a PaymentAsset,
}

impl Planning<'_> {
	/// Scans and puts a payment together. What was paid to the wallet a moment ago can be spent once
	/// an anchor holds it, and change once it is back: that is waited for, since it comes by itself.
	async fn plan(&self, file: &mut WalletFile, ask: &Ask<'_>, args: &AmountArgs) -> Result<Plan> {
		let Self { context, chain, units, asset } = self;
		let start = Instant::now();
		let (mut spinner, mut earlier) = (None, earlier::named(args.earlier));
		loop {
			let stand = scan::scan(context, chain, file).await?;
			let terms = terms(asset, args.auditor.as_deref(), stand.anchor, earlier)?;
			match file.wallet.plan(ask, &terms) {
				Err(PayError::EarlierPaymentOpen) => {
					let (output, wallet) = (&context.output, &file.wallet);
					earlier = earlier::ask(output, wallet, units, asset.asset, earlier)?;
					continue;
				},
				Err(PayError::EarlierPaymentArrived) => {
					earlier::ask_of_arrived(&context.output, &mut file.wallet, units, asset.asset)?;
					continue;
				},
				Err(PayError::NotYetSpendable) if start.elapsed() < SPENDABLE_LIMIT => {},
				planned => return Ok(planned?),
			}
			spinner.get_or_insert_with(|| {
				context.output.spinner("waiting until the notes can be spent".to_owned())
			});
			tokio::time::sleep(SPENDABLE_POLL).await;
		}
	}
}

/// Who is to read the payment: what the node says counts only if the person says the same. A node
/// could else name a key of its own, and read amount, recipient and memo even of a payment that the
/// chain refuses then.
pub fn confirmed_auditor(known: Option<&str>, named: Option<&str>) -> Result<Option<[u8; 32]>> {
	let known = known.map(parse_hash).transpose()?;
	let named = named.map(parse_hash).transpose()?;
	if known == named {
		return Ok(known);
	}
	Err(match (known, named) {
		(Some(known), None) => Error::new(
			"AuditorNotNamed",
			format!(
				"by the node's word whoever has key 0x{} reads payments of this asset: if that is \
				 the asset's auditor, name it with --auditor",
				hex::encode(known)
			),
		),
		(_, Some(_)) | (None, None) => {
			Error::new("OtherAuditor", "by the node's word the asset has another auditor, or none")
		},
	})
}

/// A payment that is final.
struct Sent {
	hash: String,
	block: String,
	number: u64,
	seconds: f64,
}

async fn send(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	plan: &Plan,
	proved: &Proved,
	fee: u64,
	destination: &Destination,
) -> Result<Sent> {
	// Blocks are followed from before the payment is sent, so that its block is not missed; and it
	// is written down before, so that no kill makes the wallet spend the notes again meanwhile.
	let blocks = chain.follow().await?;
	file.wallet.sending_with(plan.intent.clone(), plan.earlier);
	file.save()?;
	let start = Instant::now();
	let nullifiers = &proved.statement.nullifiers;
	let sent = chain.rpc.submit_payment(plan, nullifiers, fee, destination, &proved.proof).await;
	let hash = match sent {
		Ok(hash) => hash,
		Err(error) if UNCERTAIN.contains(&error.name()) => return Err(on_its_way(error)),
		Err(error) => {
			// The node has it all the same: the next payment spends the same notes.
			file.wallet.refused(&plan.intent);
			file.save()?;
			return Err(error);
		},
	};
	let followed = follow(context, chain, file, &plan.intent, blocks, &hash).await;
	let (block, number) = followed.map_err(on_its_way)?;
	let seconds = start.elapsed().as_secs_f64();
	file.wallet.told(&plan.intent);
	file.save()?;
	Ok(Sent { hash, block, number, seconds })
}

/// Follows a payment until the wallet has found its notes on the chain; its block's hash and number.
/// Whether a block has the payment is the node's word, and so is the hash by which it is looked for.
async fn follow(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	intent: &Intent,
	mut blocks: Follower,
	hash: &str,
) -> Result<(String, u64)> {
	let spinner = context.output.spinner("waiting for finality".to_owned());
	loop {
		match blocks.find_in_next(hash).await {
			Ok(Some((included, number))) => {
				await_arrival(context, chain, file, intent, number).await?;
				spinner.finish_and_clear();
				return Ok((show_hash(&included.block), number));
			},
			Ok(None) => scan::scan(context, chain, file).await.map(drop)?,
			Err(error) => {
				// It may be there by another hash, or although the node says that it failed.
				let scanned = scan::scan(context, chain, file).await;
				if scanned.is_err() || !file.wallet.has_arrived(intent) {
					return Err(given_up(file, intent, error)?);
				}
			},
		}
		if let Some(number) = block_of(&file.wallet, intent) {
			spinner.finish_and_clear();
			let block = chain.rpc.raw("chain_getBlockHash", vec![json!(number)]).await?;
			return Ok((block.as_str().unwrap_or_default().to_owned(), number.into()));
		}
		if file.wallet.is_lost(intent) {
			let message =
				"by the node's word another payment has spent a note of this one: a copy of \
			               the wallet is in use, or the node lies";
			let error = Error::new("NullifierSpent", message);
			file.wallet.refused(intent);
			file.save()?;
			return Err(error);
		}
	}
}

/// What is said of a payment that the node does not follow any more. If it says that the payment cannot
/// come, a person will send it again, and that then spends the same notes. A scan may have failed in the
/// middle of a page: what is kept is the wallet as it was saved last.
fn given_up(file: &mut WalletFile, intent: &Intent, error: Error) -> Result<Error> {
	file.reopen()?;
	if error.name() == "TransactionDropped" {
		file.wallet.refused(intent);
		file.save()?;
	}
	Ok(error)
}

/// Waits until the wallet has found the payment's notes among those that the node publishes.
async fn await_arrival(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	intent: &Intent,
	number: u64,
) -> Result<()> {
	for _ in 0..ARRIVAL_TRIES {
		scan::scan(context, chain, file).await?;
		if file.wallet.has_arrived(intent) {
			return Ok(());
		}
		tokio::time::sleep(SPENDABLE_POLL).await;
	}
	let message = format!(
		"the node says that its final block {number} has the payment, and does not publish the payment's \
		 notes"
	);
	Err(Error::new("NotArrived", message))
}

/// The block of a payment that has arrived.
fn block_of(wallet: &Wallet, intent: &Intent) -> Option<u32> {
	let mut events = wallet.history().iter().rev();
	events.find(|event| event.intent.as_ref() == Some(intent)).map(|event| event.block)
}

/// Where the payment's note stands, for who wants to disclose it.
fn position_of(wallet: &Wallet, plan: &Plan) -> Option<u32> {
	let ours = |intent: &Intent| intent.outputs == plan.commitments;
	let mut events = wallet.history().iter().rev();
	let event = events.find(|event| event.intent.as_ref().is_some_and(ours))?;
	event.lines.iter().find(|line| !line.is_change()).map(|line| line.position)
}

#[allow(clippy::too_many_arguments, reason = "all that a person wants to know")]
fn report(
	context: &Context,
	unit: &Unit,
	plan: &Plan,
	proved: &Proved,
	sent: &Sent,
	amount: u64,
	fee: u64,
	position: Option<u32>,
) -> Result<()> {
	let result = json!({
		"hash": sent.hash,
		"block": sent.block,
		"block_number": sent.number,
		"asset": plan.asset,
		"amount": amount.to_string(),
		"fee": fee.to_string(),
		"position": position,
		"bytes": proved.proof.len(),
		"prove_ms": (proved.time.as_secs_f64() * 1e6).round() / 1e3,
		"seconds_to_finality": sent.seconds,
	});
	context.output.show(&result, || {
		format!(
			"paid {}, fee {}; in block {}, final after {:.1} s",
			unit.show(amount),
			unit.show(fee),
			sent.number,
			sent.seconds
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_wallet::{
		keys::Seed,
		network::{Kind, Network},
		scan::{Content, Published},
		seal::Cost,
		sent::Standing,
	};

	#[test]
	fn a_page_that_was_refused_half_way_is_not_kept() {
		let network = Network { kind: Kind::Development, genesis: [9; 32] };
		let wallet = Wallet::new(network, Seed::from_bytes(&[1; 32]), 0);
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("wallet");
		let mut file = WalletFile::create_with(&path, "password", wallet, Cost::CHEAP).unwrap();
		let intent = Intent {
			asset: 0,
			amount: 5,
			to: None,
			nullifiers: vec![[3; 32]],
			outputs: [[1; 32], [2; 32]],
			since: 7,
			sent_ms: 0,
			anchor: 0,
			fee: 0,
			unshield: Some(([5; 32], 5)),
			call: None,
		};
		file.wallet.sending(intent.clone());
		file.save().unwrap();
		let note = |block| {
			let content = Content::Open { amount: 5, owner: [1; 32], randomness: [2; 32] };
			Published { commitment: [1; 32], asset: 0, block, content }
		};
		assert!(file.wallet.take(0, &[note(7), note(6)]).is_err());
		assert_ne!(file.wallet.next_position(), 0);
		let error = given_up(&mut file, &intent, Error::new("TransactionDropped", "it is gone"));
		assert_eq!(error.unwrap().name(), "TransactionDropped");
		drop(file);
		let kept = WalletFile::open(&path, "password").unwrap().wallet;
		assert_eq!(kept.next_position(), 0);
		assert_eq!(kept.sent().first().map(|sent| sent.standing), Some(Standing::Refused));
	}

	#[test]
	fn a_node_alone_does_not_say_who_reads_a_payment() {
		let key = |byte: u8| format!("0x{}", hex::encode([byte; 32]));
		let (one, other) = (key(1), key(2));
		let auditor =
			|known, named| confirmed_auditor(known, named).map_err(|error| error.name().to_owned());
		assert_eq!(auditor(None, None), Ok(None));
		assert_eq!(auditor(Some(&one), Some(&one)), Ok(Some([1; 32])));
		let not_named = auditor(Some(&one), None);
		assert_eq!(not_named, Err("AuditorNotNamed".to_owned()));
		for known in [Some(other.as_str()), None] {
			assert_eq!(auditor(known, Some(&one)), Err("OtherAuditor".to_owned()));
		}
		assert_eq!(auditor(Some("0x01"), None), Err("BadHex".to_owned()));
	}
}
