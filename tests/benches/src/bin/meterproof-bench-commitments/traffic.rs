//! Paid calls at a steady rate: transfers, acceptances of offers, settlements by proof.

use std::{
	collections::{HashMap, VecDeque},
	path::Path,
	str::FromStr,
	sync::{
		atomic::{AtomicBool, Ordering},
		Mutex, PoisonError,
	},
	thread,
	time::{Duration, Instant},
};

use anyhow::{anyhow, bail, Context, Result};
use meterproof_client::{
	chain::{account, bytes, call, group, int, variant, Call, Chain, Patience, Wait},
	error::Error,
	output::Output,
	proof::{parse_bytes, parse_hash, AnyProof},
	rpc::Trade,
	types::{Direction, Group, Resource},
};
use meterproof_driver::{operator::ZONE, setting::Household};
use serde_json::json;
use subxt::dynamic::Value;
use subxt_signer::{sr25519::Keypair, SecretUri};
use tokio::runtime::Runtime;

/// Who pays, in turns.
const PAYERS: [&str; 4] = ["//Alice//stash", "//Bob//stash", "//Charlie//stash", "//Dave//stash"];

/// The seller's and the buyer's secrets.
const SELLER: &str = "//Ferdie";
const BUYER: &str = "//Alice";

/// Until a call that is waited for must be in a block.
const LIMIT: Duration = Duration::from_secs(300);

/// Between two transfers.
const TICK: Duration = Duration::from_millis(250);

/// Ticks between two acceptances, and between two settlements.
const TICKS_TO_ACCEPTANCE: u64 = 12;
const TICKS_TO_SETTLEMENT: u64 = 48;

/// Offers that wait to be accepted.
const OFFERS: u64 = 60;

/// How far ahead their periods lie, each one's in another.
const AHEAD: u64 = 1_000;

/// Wh that a trade is about in one period.
const QUANTITY: u64 = 500;

/// What a Wh costs, in the smallest unit.
const PRICE: u128 = 250_000_000;

/// What a transfer sends, in the smallest unit.
const AMOUNT: u128 = 1_000_000_000;

/// A sort of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
	/// Money from account to account.
	Transfer,
	/// A buyer accepts an offer.
	Acceptance,
	/// A proof settles a period.
	Settlement,
}

/// A call that the pool took.
#[derive(Clone, Debug)]
pub struct Sent {
	/// What it is.
	pub sort: Sort,
	/// When it was sent: after signing.
	pub at: Instant,
	/// Its extrinsic, 0x and hex.
	pub extrinsic: String,
}

/// The accounts and what they have to send.
pub struct Traffic {
	runtime: Runtime,
	chain: Chain,
	payers: Vec<Keypair>,
	seller: Keypair,
	buyer: Keypair,
	offers: Mutex<VecDeque<Trade>>,
	proofs: Mutex<VecDeque<Call>>,
	sent: Mutex<Vec<Sent>>,
	refused: Mutex<Vec<String>>,
	/// Of each signer's next call.
	nonces: Mutex<HashMap<[u8; 32], u64>>,
	stop: AtomicBool,
}

impl Traffic {
	/// Connects to a node.
	pub fn new(url: &str) -> Result<Self> {
		let runtime =
			tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
		let patience = Patience { wait: Wait::Block, limit: LIMIT };
		let chain = runtime.block_on(Chain::connect(url, patience, Output::new(false)))?;
		Ok(Self {
			runtime,
			chain,
			payers: PAYERS.into_iter().map(keys).collect::<Result<_>>()?,
			seller: keys(SELLER)?,
			buyer: keys(BUYER)?,
			offers: Mutex::default(),
			proofs: Mutex::default(),
			sent: Mutex::default(),
			refused: Mutex::default(),
			nonces: Mutex::default(),
			stop: AtomicBool::new(false),
		})
	}

	/// Sells for some periods that are settled later, and offers what is accepted later.
	pub fn trade(&self, first: u64, periods: u64) -> Result<()> {
		let trade = self.runtime.block_on(async {
			let offer = self.offer(first, first + periods - 1);
			let included = self.chain.submit(&self.seller, &offer).await?;
			let number = included.number("Market", "TradeOffered", "trade")?;
			self.chain.rpc.trade(number).await
		})?;
		let accept = accept(&trade)?;
		self.runtime.block_on(self.chain.submit(&self.buyer, &accept))?;
		for far in (first + AHEAD..).take(OFFERS as usize) {
			self.send(&self.seller, &self.offer(far, far), None)?;
		}
		let buyer = self.buyer.public_key().to_account_id();
		let start = Instant::now();
		loop {
			let listed = self.chain.rpc.pages("market_trades", vec![json!(buyer)]);
			let listed = self.runtime.block_on(listed)?.into_iter().map(serde_json::from_value);
			let mut offers: VecDeque<Trade> = listed.collect::<Result<_, _>>()?;
			offers.retain(|offer| offer.first >= first + AHEAD);
			if offers.len() == OFFERS as usize {
				*self.offers.lock().unwrap_or_else(PoisonError::into_inner) = offers;
				return Ok(());
			}
			if start.elapsed() > Duration::from_secs(30) {
				bail!("{} offers of {OFFERS} are on the chain", offers.len());
			}
			thread::sleep(Duration::from_millis(200));
		}
	}

	/// Has a proof submitted in its turn.
	pub fn add_proof(&self, file: &Path, meters: &Household) -> Result<()> {
		let AnyProof::Open(proof) = AnyProof::read(file)? else { bail!("a sealed proof") };
		let claims = proof.groups.iter().map(|proved| {
			Ok(Value::named_composite([
				("group", group(&proved.group)),
				("delivered", int(proved.quantity)),
				("slack_commitment", bytes(parse_hash(&proved.slack_commitment)?)),
			]))
		});
		let arguments = vec![
			int(proof.period),
			variant(proof.resource.variant()),
			Value::unnamed_composite(claims.collect::<Result<Vec<_>, Error>>()?),
			int(meters.devices.len() as u128),
			int(1u32),
			Value::unnamed_composite([]),
			bytes(parse_bytes(&proof.proof)?),
		];
		let call = call("Settlement", "submit_proof", arguments);
		self.proofs.lock().unwrap_or_else(PoisonError::into_inner).push_back(call);
		Ok(())
	}

	/// Sends at a steady rate from a moment on until told to stop.
	pub fn run(&self, start: Instant) -> Result<()> {
		let receiver = self.buyer.public_key().to_account_id();
		let destination = || Value::unnamed_variant("Id", [account(&receiver)]);
		for tick in 0u64.. {
			let due = TICK.saturating_mul(u32::try_from(tick)?);
			thread::sleep((start + due).saturating_duration_since(Instant::now()));
			if self.stop.load(Ordering::Relaxed) {
				break;
			}
			let payer = &self.payers[usize::try_from(tick)? % self.payers.len()];
			let arguments = vec![destination(), int(AMOUNT)];
			let transfer = call("Balances", "transfer_keep_alive", arguments);
			self.send(payer, &transfer, Some(Sort::Transfer))?;
			if tick % TICKS_TO_ACCEPTANCE == 5 {
				let next = self.offers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
				if let Some(offer) = next {
					self.send(&self.buyer, &accept(&offer)?, Some(Sort::Acceptance))?;
				}
			}
			if tick % TICKS_TO_SETTLEMENT == 9 {
				let next = self.proofs.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
				if let Some(proof) = next {
					self.send(&self.seller, &proof, Some(Sort::Settlement))?;
				}
			}
		}
		Ok(())
	}

	/// Nothing more is sent.
	pub fn stop(&self) {
		self.stop.store(true, Ordering::Relaxed);
	}

	/// What the pool took.
	pub fn sent(&self) -> Vec<Sent> {
		self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	/// What the pool refused, in its words.
	pub fn refused(&self) -> Vec<String> {
		self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	/// Signs and sends; what is measured is remembered under its sort.
	fn send(&self, signer: &Keypair, call: &Call, sort: Option<Sort>) -> Result<()> {
		let nonce = self.nonce(signer)?;
		let signed = self.chain.sign_with_nonce(signer, call, nonce);
		let signed = self.runtime.block_on(signed)?.bytes;
		let extrinsic = format!("0x{}", hex::encode(&signed));
		let at = Instant::now();
		let answer = match sort {
			// The method for proofs, which checks them first.
			Some(Sort::Settlement) => self.runtime.block_on(self.chain.rpc.submit_proof(&signed)),
			_ => {
				let raw = self.chain.rpc.raw("author_submitExtrinsic", vec![json!(extrinsic)]);
				self.runtime.block_on(raw).map(|hash| hash.to_string())
			},
		};
		if answer.is_ok() {
			let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
			nonces.insert(signer.public_key().0, nonce.saturating_add(1));
		}
		match (answer, sort) {
			(Ok(_), Some(sort)) => {
				let sent = Sent { sort, at, extrinsic };
				self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
			},
			(Ok(_), None) => {},
			(Err(error), Some(sort)) => {
				let text = format!("{sort:?}: {}: {error}", error.name());
				self.refused.lock().unwrap_or_else(PoisonError::into_inner).push(text);
			},
			(Err(error), None) => return Err(error.into()),
		}
		Ok(())
	}

	/// The nonce of a signer's next call. A node's answer lags behind what it has accepted while many
	/// transactions wait, so that only the first one is asked for.
	fn nonce(&self, signer: &Keypair) -> Result<u64> {
		let nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
		match nonces.get(&signer.public_key().0) {
			Some(nonce) => Ok(*nonce),
			None => {
				let account = signer.public_key().to_account_id();
				Ok(self.runtime.block_on(self.chain.rpc.next_nonce(&account))?)
			},
		}
	}

	fn offer(&self, first: u64, last: u64) -> Call {
		let arguments = vec![
			int(ZONE),
			variant(Resource::Electricity.variant()),
			variant(Direction::Export.variant()),
			account(&self.buyer.public_key().to_account_id()),
			int(QUANTITY),
			int(PRICE),
			int(PRICE),
			int(first),
			int(last),
			variant("None"),
		];
		call("Market", "offer", arguments)
	}
}

/// The quantity that the seller's group is claimed to have delivered in each period.
pub fn claimed() -> u64 {
	QUANTITY
}

fn accept(offer: &Trade) -> Result<Call> {
	let price = |text: &str| text.parse::<u128>().context("a price is a number");
	let seller: &Group = &offer.seller;
	let terms = Value::named_composite([
		("seller", group(seller)),
		("quantity", int(offer.quantity)),
		("price", int(price(&offer.price)?)),
		("imbalance_price", int(price(&offer.imbalance_price)?)),
		("first", int(offer.first)),
		("last", int(offer.last)),
	]);
	let none = Value::unnamed_composite::<Vec<Value>>(Vec::new());
	let least = variant("File");
	Ok(call("Market", "accept", vec![int(offer.id), terms, none, least, variant("None")]))
}

fn keys(secret: &str) -> Result<Keypair> {
	let uri = SecretUri::from_str(secret).map_err(|error| anyhow!("{secret}: {error}"))?;
	Keypair::from_uri(&uri).map_err(|error| anyhow!("{secret}: {error}"))
}
