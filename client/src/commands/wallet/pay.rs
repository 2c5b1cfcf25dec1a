//! `wallet pay` and `wallet unshield`: payments that need no account.

use std::time::{Duration, Instant};

use meterproof_programs::transfer::Public;
use meterproof_wallet::{
	address::Address,
	file::WalletFile,
	history::Intent,
	memo::Memo,
	notes::Balance,
	payment::{Ask, PayError, PaymentTerms, Plan},
	sent::Earlier,
	wallet::{Anchor, Wallet},
};
use serde_json::{json, Value};
use subxt::utils::AccountId32;

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
	cli::{OutgoingArgs, PayArgs, UnshieldArgs},
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
	ensure_leaves(&file.wallet, &to, args.amount.all)?;
	let chain = connect(context, &file).await?;
	let units = Units::of_all(&chain).await?;
	let fee = smallest(&units.payable(args.amount.of.asset)?.transfer_fee)?;
	let aim = Aim::Notes { to: &to, memo: &memo };
	let paying = Paying { context, chain: &chain, units: &units, aim, fee };
	paying.run(&mut file, &args.amount).await
}

pub async fn unshield(context: &Context, args: UnshieldArgs) -> Result<()> {
	let to = parse_address(&args.to)?;
	let mut file = open(context, &args.wallet.path)?;
	let chain = connect(context, &file).await?;
	let units = Units::of_all(&chain).await?;
	let fee = smallest(&units.payable(args.amount.of.asset)?.unshield_fee)?;
	let aim = Aim::Account { to };
	let paying = Paying { context, chain: &chain, units: &units, aim, fee };
	paying.run(&mut file, &args.amount).await
}

/// Refuses to empty a wallet into itself: there would be no end to it.
fn ensure_leaves(wallet: &Wallet, to: &Address, all: bool) -> Result<()> {
	if all && wallet.is_own(to) {
		let message = "that is an address of the wallet's own: --all would pay it for ever";
		return Err(Error::new("OwnAddress", message));
	}
	Ok(())
}

/// Where a payment goes.
enum Aim<'a> {
	Notes { to: &'a Address, memo: &'a Memo },
	Account { to: AccountId32 },
}

impl Aim<'_> {
	fn ask(&self, amount: u64, fee: u64) -> Ask<'_> {
		match self {
			Self::Notes { to, memo } => Ask::Pay { to, amount, memo, fee },
			Self::Account { to } => Ask::Unshield { to: to.0, amount, fee },
		}
	}

	fn public(&self, amount: u64, fee: u64) -> Public {
		match self {
			Self::Notes { .. } => Public::Transfer { fee },
			Self::Account { to } => Public::Unshield { to: to.0, amount, fee },
		}
	}

	fn destination(&self, amount: u64) -> Destination {
		match self {
			Self::Notes { .. } => Destination::Notes,
			Self::Account { to } => Destination::Account(*to, amount),
		}
	}
}

/// What payments are made with.
struct Paying<'a> {
	context: &'a Context,
	chain: &'a Chain,
	units: &'a Units,
	aim: Aim<'a>,
	fee: u64,
}

impl Paying<'_> {
	/// One payment of an amount, or as many as it takes to pay all.
	async fn run(&self, file: &mut WalletFile, args: &OutgoingArgs) -> Result<()> {
		let Self { context, units, fee, .. } = *self;
		let Some(text) = &args.amount else { return self.empty(file, args).await };
		let (unit, amount) = units.of_payment(&context.output, &mut file.wallet, &args.of, text)?;
		let plan = self.plan(file, args, Some(amount)).await?;
		let (plan, amount) = plan.ok_or(PayError::InsufficientFunds)?;
		let result = self.make(file, &plan, amount).await?;
		context.output.show(&result, || told(&unit, &result, amount, fee))
	}

	/// Pays all that the wallet has, two notes at a time.
	async fn empty(&self, file: &mut WalletFile, args: &OutgoingArgs) -> Result<()> {
		let Self { context, units, fee, .. } = *self;
		let asset = args.of.asset;
		let (unit, mut payments, mut total) = (units.of(asset), Vec::new(), 0u128);
		while let Some((plan, amount)) = self.plan(file, args, None).await? {
			let made = self.make(file, &plan, amount).await?;
			context.output.remark(&told(&unit, &made, amount, fee));
			total += u128::from(amount);
			payments.push(made);
		}
		if payments.is_empty() {
			return Err(PayError::InsufficientFunds.into());
		}
		let left: u128 = file.wallet.notes().held(asset);
		let fees = u128::from(fee).saturating_mul(payments.len() as u128);
		let result = json!({
			"asset": asset,
			"amount": total.to_string(),
			"fee": fees.to_string(),
			"left": left.to_string(),
			"payments": payments,
		});
		context.output.show(&result, || {
			let (total, fees, count) = (unit.show(total), unit.show(fees), payments.len());
			let rest = match left {
				0 => "nothing is left".to_owned(),
				left => format!("{} are left, which pay no fee", unit.show(left)),
			};
			format!("paid {total} in {count} payments, fees {fees}; {rest}")
		})
	}

	/// Scans and puts a payment together: of an amount, or of as much as two notes hold; nothing if all
	/// is paid. What was paid to the wallet a moment ago can be spent once an anchor holds it, and
	/// change once it is back: that is waited for, since it comes by itself.
	async fn plan(
		&self,
		file: &mut WalletFile,
		args: &OutgoingArgs,
		amount: Option<u64>,
	) -> Result<Option<(Plan, u64)>> {
		let Self { context, chain, units, aim, fee } = self;
		let asset = units.payable(args.of.asset)?;
		let start = Instant::now();
		let (mut spinner, mut earlier) = (None, earlier::named(args.of.earlier));
		loop {
			let stand = scan::scan(context, chain, file).await?;
			let terms = terms(asset, args.of.auditor.as_deref(), stand.anchor, earlier)?;
			let balance = file.wallet.balance(asset.asset, stand.anchor.notes);
			let amount = match amount.map_or_else(|| next_of_all(&balance, *fee), Next::Pay) {
				Next::Pay(amount) => Some(amount),
				Next::Wait => None,
				Next::Done => return Ok(None),
			};
			match amount.map(|amount| (amount, file.wallet.plan(&aim.ask(amount, *fee), &terms))) {
				Some((_, Err(PayError::EarlierPaymentOpen))) => {
					let (output, wallet) = (&context.output, &file.wallet);
					earlier = earlier::ask(output, wallet, units, asset.asset, earlier)?;
					continue;
				},
				Some((_, Err(PayError::EarlierPaymentArrived))) => {
					earlier::ask_of_arrived(&context.output, &mut file.wallet, units, asset.asset)?;
					continue;
				},
				None | Some((_, Err(PayError::NotYetSpendable)))
					if start.elapsed() < SPENDABLE_LIMIT => {},
				None => return Err(PayError::NotYetSpendable.into()),
				Some((amount, planned)) => return Ok(Some((planned?, amount))),
			}
			spinner.get_or_insert_with(|| {
				context.output.spinner("waiting until the notes can be spent".to_owned())
			});
			tokio::time::sleep(SPENDABLE_POLL).await;
		}
	}

	/// Proves a payment, sends it and waits until it has arrived; what became of it.
	async fn make(&self, file: &mut WalletFile, plan: &Plan, amount: u64) -> Result<Value> {
		let Self { context, chain, aim, fee, .. } = self;
		let proved = prove_plan(context, &file.wallet, plan, aim.public(amount, *fee)).await?;
		let destination = aim.destination(amount);
		let sent = send(context, chain, file, plan, &proved, *fee, &destination).await?;
		let position = match aim {
			Aim::Notes { .. } => position_of(&file.wallet, plan),
			Aim::Account { .. } => None,
		};
		Ok(json!({
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
		}))
	}
}

/// What is to be done of paying all.
#[derive(Debug, PartialEq, Eq)]
enum Next {
	Pay(u64),
	/// Something will be spendable soon.
	Wait,
	/// What is left pays no fee.
	Done,
}

/// The next payment of a wallet that is to be emptied: the two largest notes, less the fee. What is not
/// spendable yet is waited for last.
fn next_of_all(balance: &Balance, fee: u64) -> Next {
	match balance.most_after(fee) {
		0 if balance.maturing + balance.pending > 0 => Next::Wait,
		0 => Next::Done,
		amount => Next::Pay(amount),
	}
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

/// A payment as a person is told of it.
fn told(unit: &Unit, made: &Value, amount: u64, fee: u64) -> String {
	format!(
		"paid {}, fee {}; in block {}, final after {:.1} s",
		unit.show(amount),
		unit.show(fee),
		made["block_number"],
		made["seconds_to_finality"].as_f64().unwrap_or_default()
	)
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
	fn a_wallet_is_emptied_two_notes_at_a_time() {
		let balance = |most_at_once, maturing, pending| Balance {
			most_at_once,
			maturing,
			pending,
			..Balance::default()
		};
		assert_eq!(next_of_all(&balance(30, 5, 0), 2), Next::Pay(28));
		assert_eq!(next_of_all(&balance(2, 5, 0), 2), Next::Wait);
		assert_eq!(next_of_all(&balance(0, 0, 5), 2), Next::Wait);
		assert_eq!(
			next_of_all(&balance(2, 0, 0), 2),
			Next::Done,
			"it pays the fee and nothing else"
		);
		assert_eq!(next_of_all(&balance(0, 0, 0), 2), Next::Done);
	}

	#[test]
	fn a_wallet_is_not_emptied_into_itself() {
		let network = Network { kind: Kind::Development, genesis: [9; 32] };
		let [own, other] =
			[1, 2].map(|seed| Wallet::new(network, Seed::from_bytes(&[seed; 32]), 0));
		let first = |wallet: &Wallet| wallet.address_key(0).address();
		assert_eq!(ensure_leaves(&own, &first(&own), true).unwrap_err().name(), "OwnAddress");
		assert!(ensure_leaves(&own, &first(&own), false).is_ok());
		assert!(ensure_leaves(&own, &first(&other), true).is_ok());
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
