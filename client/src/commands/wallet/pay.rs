//! `wallet pay` and `wallet unshield`: payments that need no account.

use std::time::{Duration, Instant};

use meterproof_programs::transfer::Public;
use meterproof_wallet::{
	address::Address,
	file::WalletFile,
	memo::Memo,
	payment::{Ask, PayError, PaymentTerms, Plan},
	wallet::{Anchor, Wallet},
};
use serde_json::json;

use super::{
	connect, open,
	prove::{prove_plan, Proved},
	scan,
	unit::Unit,
};
use crate::{
	chain::{show_hash, Chain},
	cli::{PayArgs, UnshieldArgs},
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

/// Errors after which a payment may be on its way all the same.
const UNCERTAIN: [&str; 2] = ["ConnectionLost", "UnexpectedAnswer"];

pub async fn pay(context: &Context, args: PayArgs) -> Result<()> {
	let memo = Memo::new(&args.memo)?;
	let mut file = open(context, &args.wallet.path)?;
	let to = Address::parse(file.wallet.network(), &args.to)?;
	let chain = connect(context, &file).await?;
	let unit = Unit::of_payment(&chain, &mut file.wallet, args.amount.asset).await?;
	let amount = unit.parse(&args.amount.amount)?;
	let asset = chain.rpc.payment_asset(args.amount.asset).await?;
	let fee = smallest(&asset.transfer_fee)?;
	let ask = Ask::Pay { to: &to, amount, memo: &memo, fee };
	let auditor = args.amount.auditor.as_deref();
	let plan = plan_when_spendable(context, &chain, &mut file, &ask, &asset, auditor).await?;
	let proved = prove_plan(context, &file.wallet, &plan, Public::Transfer { fee }).await?;
	let sent = send(context, &chain, &mut file, &plan, &proved, fee, &Destination::Notes).await?;
	let position = position_of(&file.wallet, &plan);
	report(context, &unit, &plan, &proved, &sent, amount, fee, position)
}

pub async fn unshield(context: &Context, args: UnshieldArgs) -> Result<()> {
	let to = parse_address(&args.to)?;
	let mut file = open(context, &args.wallet.path)?;
	let chain = connect(context, &file).await?;
	let unit = Unit::of_payment(&chain, &mut file.wallet, args.amount.asset).await?;
	let amount = unit.parse(&args.amount.amount)?;
	let asset = chain.rpc.payment_asset(args.amount.asset).await?;
	let fee = smallest(&asset.unshield_fee)?;
	let ask = Ask::Unshield { to: to.0, amount, fee };
	let auditor = args.amount.auditor.as_deref();
	let plan = plan_when_spendable(context, &chain, &mut file, &ask, &asset, auditor).await?;
	let public = Public::Unshield { to: to.0, amount, fee };
	let proved = prove_plan(context, &file.wallet, &plan, public).await?;
	let destination = Destination::Account(to, amount);
	let sent = send(context, &chain, &mut file, &plan, &proved, fee, &destination).await?;
	report(context, &unit, &plan, &proved, &sent, amount, fee, None)
}

/// What the chain says of payments of an asset.
pub fn terms(asset: &PaymentAsset, named: Option<&str>, anchor: Anchor) -> Result<PaymentTerms> {
	let auditor = confirmed_auditor(asset.auditor.as_deref(), named)?;
	Ok(PaymentTerms { asset: asset.asset, auditor, anchor })
}

/// Scans and puts a payment together. What was paid to the wallet a moment ago can be spent once
/// an anchor holds it, and change once it is back: that is waited for, since it comes by itself.
async fn plan_when_spendable(
	context: &Context,
	chain: &Chain,
	file: &mut WalletFile,
	ask: &Ask<'_>,
	asset: &PaymentAsset,
	auditor: Option<&str>,
) -> Result<Plan> {
	let start = Instant::now();
	let mut spinner = None;
	loop {
		let stand = scan::scan(context, chain, file).await?;
		match file.wallet.plan(ask, &terms(asset, auditor, stand.anchor)?) {
			Err(PayError::NotYetSpendable) if start.elapsed() < SPENDABLE_LIMIT => {},
			planned => return Ok(planned?),
		}
		spinner.get_or_insert_with(|| {
			context.output.spinner("waiting until the notes can be spent".to_owned())
		});
		tokio::time::sleep(SPENDABLE_POLL).await;
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
	let bug = || Error::new("ProverFailed", "the payment spends nothing");
	let intent = plan.intent.clone().ok_or_else(bug)?;
	// Blocks are followed from before the payment is sent, so that its block is not missed; and it
	// is written down before, so that no kill makes the wallet spend the notes again meanwhile.
	let mut blocks = chain.follow().await?;
	file.wallet.sending(intent.clone());
	file.save()?;
	let start = Instant::now();
	let nullifiers = &proved.statement.nullifiers;
	let sent = chain.rpc.submit_payment(plan, nullifiers, fee, destination, &proved.proof).await;
	let hash = match sent {
		Ok(hash) => hash,
		Err(error) => {
			if !UNCERTAIN.contains(&error.name()) {
				file.wallet.refused(&intent);
				file.save()?;
				return Err(error);
			}
			let message = format!(
				"{error}; the payment may be on its way all the same: look at `wallet history` before \
				 you pay again"
			);
			return Err(Error::new(error.name(), message));
		},
	};
	let spinner = context.output.spinner("waiting for finality".to_owned());
	let (included, number) = loop {
		let found = blocks.find_in_next(&hash).await;
		if found.as_ref().is_err_and(|error| error.name() == "TransactionDropped") {
			// It may come yet, and a person will send it again: that then spends the same notes.
			file.wallet.refused(&intent);
			file.save()?;
		}
		if let Some(found) = found? {
			break found;
		}
		scan::scan(context, chain, file).await?;
		if file.wallet.is_lost(&intent) {
			file.wallet.refused(&intent);
			file.save()?;
			let message =
				"another payment has spent a note of this one: is a copy of the wallet in \
				use? Nothing was paid by this one";
			return Err(Error::new("NullifierSpent", message));
		}
	};
	let seconds = start.elapsed().as_secs_f64();
	spinner.finish_and_clear();
	scan::scan(context, chain, file).await?;
	Ok(Sent { hash, block: show_hash(&included.block), number, seconds })
}

/// Where the payment's note stands, for who wants to disclose it.
fn position_of(wallet: &Wallet, plan: &Plan) -> Option<u32> {
	let ours = |intent: &meterproof_wallet::history::Intent| intent.outputs == plan.commitments;
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
