//! `prove --sealed`: prove that groups delivered what two notes of each trade say, and not what.

use std::time::{Duration, Instant};

use meterproof_prover::{
	split::{self as splitting, Delivery},
	usage::{prove, proven_bits, GroupWitness, Opening, Proved},
};
use meterproof_statements::{
	split,
	usage::{self, Claim},
};
use meterproof_verifier::{verify_split, verify_usage};
use meterproof_wallet::{
	ciphertext,
	split::{SettlementNotes, SettlementTerms},
	trade::TradeKeyError,
	wallet::Wallet,
};
use serde_json::json;
use subxt::utils::AccountId32;

use super::{milliseconds, openings, proof_fails, prove_error, sum, under_roots, with_bar};
use crate::{
	chain::Chain,
	cli::ProveArgs,
	commands::{
		wallet::{confirmed_auditor, network, open},
		Context,
	},
	error::{Error, Result},
	output::table,
	proof::{SealedGroup, SealedOutput, SealedProofFile},
	roots::RootOpening,
	rpc::{show, Agreed, SealedStatement},
	store::Store,
	types::{GroupClaim, Resource},
	units::{show_money, show_quantity},
};

/// What is known of one group before it is proved.
struct Prepared {
	terms: SettlementTerms,
	delivery: Delivery,
	notes: SettlementNotes,
	usage: usage::Group,
	split: split::Split,
	witness: GroupWitness,
}

/// The two proofs of a sealed settlement, and their statements.
struct BothProofs {
	usage: Proved,
	split: split::Statement,
	split_proof: Vec<u8>,
	time: Duration,
	verify_time: Duration,
}

/// All that proofs of some sealed groups are made of: neither node, nor store, nor wallet is needed any
/// more.
pub(crate) struct Ready {
	genesis: [u8; 32],
	period: u64,
	asset: u32,
	resource: Resource,
	claims: Vec<GroupClaim>,
	openings: Vec<RootOpening>,
	groups: Vec<Prepared>,
}

/// What is to be proved sealed.
pub(crate) struct Asked<'a> {
	/// The period.
	pub period: u64,
	/// The groups, each with the quantity to claim if it is named.
	pub claims: &'a [GroupClaim],
	/// Who reads all payments of the asset, 0x and hex, if somebody does.
	pub auditor: Option<&'a str>,
	/// What is taken out of the roots of gateways.
	pub openings: &'a [RootOpening],
}

pub async fn run(
	context: &Context,
	chain: &Chain,
	stores: &[Store],
	args: &ProveArgs,
	claims: &[GroupClaim],
) -> Result<()> {
	let network = network(chain).await?;
	let mut wallets = Vec::new();
	for path in &args.wallets {
		let file = open(context, path)?;
		file.ensure_chain(&network)?;
		wallets.push(file);
	}
	let wallets: Vec<_> = wallets.iter().map(|file| &file.wallet).collect();
	let openings = under_roots(chain, args, claims).await?;
	let (period, auditor) = (args.period, args.auditor.as_deref());
	let asked = Asked { period, claims, auditor, openings: &openings };
	let ready = gather(chain, stores, &wallets, &asked).await?;
	let proofs = prove_both(context, &ready).await?;
	ready.file(&proofs).write(&args.out)?;
	report(context, &ready, &proofs)
}

/// Forms the statements of groups whose trades are sealed, finds what opens their commitments, and makes
/// the notes. The wallets are those that the trades pay their sellers into; viewing keys will do.
///
/// # Errors
///
/// `MissingOpening`, `AboveContracted`, `NotTheSeller`, `KeyUnreadable`, `AuditorNotNamed`,
/// `OtherAuditor`, `UnexpectedAnswer`, and what the node says.
pub(crate) async fn gather(
	chain: &Chain,
	stores: &[Store],
	wallets: &[&Wallet],
	asked: &Asked<'_>,
) -> Result<Ready> {
	let Asked { period, claims, auditor, openings: opened } = *asked;
	let resource = claims.first().ok_or_else(no_claims)?.group.resource;
	let groups: Vec<_> = claims.iter().map(|claim| claim.group.clone()).collect();
	let leaves: Vec<_> = opened.iter().flat_map(|opening| &opening.leaves).collect();
	let formed = match chain.rpc.sealed_statement(period, &groups, &leaves).await {
		Ok(formed) => formed,
		Err(error) => return Err(chain.explain("Settlement", error).await),
	};
	ensure_same(chain, period, claims, &formed)?;
	let asset = chain.rpc.payment_asset(formed.split.asset).await?;
	let auditor = confirmed_auditor(asset.auditor.as_deref(), auditor)?;

	let mut prepared = Vec::new();
	let splits = &formed.split.splits;
	for ((claim, group), split) in claims.iter().zip(&formed.usage.groups).zip(splits) {
		let agreed = chain.rpc.trade(split.trade).await?.agreed()?;
		let terms = SettlementTerms {
			trade: split.trade,
			period,
			asset: formed.split.asset,
			quantity: split.quantity,
			rate: split.rate,
			payout: agreed.payout,
			refund: agreed.refund,
			auditor,
		};
		ensure_agreed(&split.terms(), &agreed)?;
		let openings = openings(stores, period, group)?;
		let delivered = delivered(claim.quantity, &terms, &openings)?;
		prepared.push(prepare(wallets, &agreed, terms, group.clone(), openings, delivered)?);
	}
	let (genesis, asset) = (chain.genesis(), formed.split.asset);
	let (claims, openings) = (claims.to_vec(), opened.to_vec());
	Ok(Ready { genesis, period, asset, resource, claims, openings, groups: prepared })
}

/// The statement must be of what was asked for.
fn ensure_same(
	chain: &Chain,
	period: u64,
	claims: &[GroupClaim],
	formed: &SealedStatement,
) -> Result<()> {
	let SealedStatement { usage, split } = formed;
	let same = usage.groups.len() == claims.len()
		&& split.splits.len() == claims.len()
		&& usage
			.groups
			.iter()
			.zip(claims)
			.all(|(group, claim)| group.id(usage.resource) == claim.group)
		&& (usage.period, split.period) == (period, period)
		&& (usage.genesis, split.genesis) == (chain.genesis(), chain.genesis());
	if same {
		return Ok(());
	}
	Err(Error::new("UnexpectedAnswer", "the node formed a statement of something else"))
}

/// What the statement says of a trade must be what the trade's sides have agreed on.
fn ensure_agreed(terms: &split::Terms, agreed: &Agreed) -> Result<()> {
	let same = terms.payout == agreed.payout.owner
		&& terms.refund == agreed.refund.owner
		&& terms.key_commitment == agreed.shared.commitment;
	let message = "the node says two things of one trade";
	same.then_some(()).ok_or_else(|| Error::new("UnexpectedAnswer", message))
}

/// What is claimed: the quantity named, or what was contracted, or what the readings add up to if
/// that is less.
fn delivered(named: Option<u64>, terms: &SettlementTerms, openings: &[Opening]) -> Result<u32> {
	let contracted = u64::from(terms.quantity);
	let quantity = named.unwrap_or_else(|| sum(openings).min(contracted));
	let quantity = Some(quantity).filter(|quantity| *quantity <= contracted);
	quantity.and_then(|quantity| u32::try_from(quantity).ok()).ok_or_else(|| {
		let message = format!("no more can be claimed than the {contracted} contracted");
		Error::new("AboveContracted", message)
	})
}

fn prepare(
	wallets: &[&Wallet],
	agreed: &Agreed,
	terms: SettlementTerms,
	group: usage::Group<AccountId32>,
	mut openings: Vec<Opening>,
	delivered: u32,
) -> Result<Prepared> {
	let own = wallets.iter().find(|wallet| wallet.own_address(&terms.payout.owner).is_some());
	let wallet = own.ok_or(TradeKeyError::NotTheSeller)?;
	let key = wallet.read_trade_key(terms.trade, &terms.payout, &agreed.shared)?;
	let notes = wallet.settle(&terms, &key, delivered)?;

	let direction = group.direction.number();
	let delivery = Delivery::new(delivered, direction, *key.expose());
	let mut delivery = delivery.map_err(|error| Error::new("NoRandomness", error.to_string()))?;
	delivery.payout_randomness = notes.notes[0].randomness;
	let quantity_commitment = delivery.quantity_commitment(terms.period);
	openings.push(Opening { reading: delivered, salt: delivery.salt });

	let known = split::Terms {
		trade: terms.trade,
		quantity: terms.quantity,
		rate: terms.rate,
		payout: terms.payout.owner,
		refund: terms.refund.owner,
		key_commitment: agreed.shared.commitment,
	};
	let ciphertexts = ciphertext::digest(&notes.ciphertexts);
	let split = split::Split::new(&known, quantity_commitment, notes.commitments, ciphertexts);
	let usage::Group { operator, zone, direction, slots, slack_commitment, .. } = group;
	let claim = Claim::AtLeastHidden(quantity_commitment);
	let operator = operator.0;
	let usage = usage::Group { operator, zone, direction, claim, slots, slack_commitment };
	Ok(Prepared { terms, delivery, notes, usage, split, witness: GroupWitness { openings } })
}

async fn prove_both(context: &Context, ready: &Ready) -> Result<BothProofs> {
	let (statement, witness) = ready.readings();
	let (usage, usage_time) = with_bar(context, "proving readings", move |bar| {
		prove(statement, &witness, |phase| bar.set_position(phase as u64))
	})
	.await?;
	let usage = usage.map_err(prove_error)?;

	let (split, deliveries) = ready.notes();
	let statement = split.clone();
	let (split_proof, split_time) = with_bar(context, "proving notes", move |bar| {
		splitting::prove(&statement, &deliveries, |phase| bar.set_position(phase as u64))
	})
	.await?;
	let split_proof = split_proof.map_err(split_error)?;
	BothProofs::checked(usage, split, split_proof, usage_time.saturating_add(split_time))
}

impl BothProofs {
	/// The two proofs, after they were checked; `time` is how long it took to make them.
	fn checked(
		usage: Proved,
		split: split::Statement,
		split_proof: Vec<u8>,
		time: Duration,
	) -> Result<Self> {
		let start = Instant::now();
		verify_usage(&usage.statement, &usage.proof).map_err(proof_fails)?;
		verify_split(&split, &split_proof).map_err(proof_fails)?;
		Ok(Self { usage, split, split_proof, time, verify_time: start.elapsed() })
	}
}

impl Ready {
	/// The statement of the readings, and what proves it.
	fn readings(&self) -> (usage::Statement, Vec<GroupWitness>) {
		let groups = self.groups.iter().map(|group| group.usage.clone()).collect();
		let Self { genesis, period, resource, .. } = *self;
		let statement = usage::Statement { genesis, period, resource, groups };
		(statement, self.groups.iter().map(|group| group.witness.clone()).collect())
	}

	/// The statement of the notes, and what proves it.
	fn notes(&self) -> (split::Statement, Vec<Delivery>) {
		let splits = self.groups.iter().map(|group| group.split).collect();
		let Self { genesis, period, asset, .. } = *self;
		let statement = split::Statement { genesis, period, asset, splits };
		(statement, self.groups.iter().map(|group| group.delivery.clone()).collect())
	}

	/// Makes both proofs, and checks them. Takes seconds of one or several cores.
	pub(crate) fn prove(&self) -> Result<SealedProofFile> {
		let start = Instant::now();
		let (statement, witness) = self.readings();
		let usage = prove(statement, &witness, |_| {}).map_err(prove_error)?;
		let (split, deliveries) = self.notes();
		let split_proof = splitting::prove(&split, &deliveries, |_| {}).map_err(split_error)?;
		Ok(self.file(&BothProofs::checked(usage, split, split_proof, start.elapsed())?))
	}

	/// Both proofs with the notes, as they are kept in a file.
	fn file(&self, proofs: &BothProofs) -> SealedProofFile {
		let proved = self.groups.iter().zip(&proofs.usage.statement.groups);
		let groups = self.claims.iter().zip(proved).map(|(claim, (group, proved))| {
			let SettlementNotes {
				commitments: [payout, refund],
				ciphertexts: [sellers, buyers],
				..
			} = &group.notes;
			SealedGroup {
				group: claim.group.clone(),
				quantity_commitment: show(&group.split.quantity_commitment),
				slack_commitment: show(&proved.slack_commitment),
				outputs: [SealedOutput::new(payout, sellers), SealedOutput::new(refund, buyers)],
			}
		});
		SealedProofFile {
			genesis: show(&proofs.split.genesis),
			period: proofs.split.period,
			resource: self.resource,
			groups: groups.collect(),
			openings: self.openings.clone(),
			usage_proof: show(&proofs.usage.proof),
			split_proof: show(&proofs.split_proof),
		}
	}
}

fn no_claims() -> Error {
	Error::new("NoClaims", "there is nothing to prove")
}

fn split_error(error: splitting::ProveError) -> Error {
	let name = match &error {
		splitting::ProveError::NoRandomness(_) => "NoRandomness",
		_ => "ProverFailed",
	};
	Error::new(name, error.to_string())
}

fn report(context: &Context, ready: &Ready, proofs: &BothProofs) -> Result<()> {
	let (claims, prepared) = (&ready.claims, &ready.groups);
	let groups: Vec<_> = claims
		.iter()
		.zip(prepared)
		.map(|(claim, group)| {
			let [payout, refund] = group.notes.notes.each_ref().map(|note| note.amount);
			json!({
				"group": claim.group.to_string(),
				"trade": group.terms.trade,
				"claimed": group.delivery.delivered,
				"contracted": group.terms.quantity,
				"payout": payout.to_string(),
				"refund": refund.to_string(),
				"slots": group.usage.slots.len(),
			})
		})
		.collect();
	let slots: usize = prepared.iter().map(|group| group.usage.slots.len()).sum();
	let (usage_bytes, split_bytes) = (proofs.usage.proof.len(), proofs.split_proof.len());
	let result = json!({
		"period": proofs.split.period,
		"sealed": true,
		"groups": groups,
		"slots": slots,
		"bytes": usage_bytes.saturating_add(split_bytes),
		"usage_bytes": usage_bytes,
		"split_bytes": split_bytes,
		"prove_ms": milliseconds(proofs.time),
		"verify_native_ms": milliseconds(proofs.verify_time),
		"proven_bits": proven_bits(&proofs.usage.statement).min(splitting::proven_bits(&proofs.split)),
	});
	context.output.show(&result, || {
		let rows: Vec<_> = claims
			.iter()
			.zip(prepared)
			.map(|(claim, group)| {
				let unit = claim.group.resource.trade_unit();
				let [payout, refund] = group.notes.notes.each_ref().map(|note| note.amount);
				vec![
					claim.group.to_string(),
					group.terms.trade.to_string(),
					format!("{} {unit}", show_quantity(group.delivery.delivered.into())),
					format!("{} {unit}", show_quantity(group.terms.quantity.into())),
					show_money(payout.into()),
					show_money(refund.into()),
				]
			})
			.collect();
		let headings = ["group", "trade", "claimed", "contracted", "to the seller", "to the buyer"];
		format!(
			"{}\n{slots} readings and the notes proved in {:.2} s; {} bytes, checked in {:.1} ms\n\
			 the chain will learn neither what is claimed nor what each side gets",
			table(&headings, &rows),
			proofs.time.as_secs_f64(),
			usage_bytes.saturating_add(split_bytes),
			proofs.verify_time.as_secs_f64() * 1e3,
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_wallet::{
		address::Address,
		keys::Seed,
		network::{Kind, Network},
		trade::SharedKey,
	};

	fn terms(quantity: u32) -> SettlementTerms {
		let network = Network { kind: Kind::Development, genesis: [9; 32] };
		let wallet = Wallet::new(network, Seed::from_bytes(&[1; 32]), 0);
		let address = wallet.address_key(0).address();
		SettlementTerms {
			trade: 17,
			period: 5,
			asset: 0,
			quantity,
			rate: 20,
			payout: address,
			refund: address,
			auditor: None,
		}
	}

	fn openings(readings: &[u32]) -> Vec<Opening> {
		readings.iter().map(|reading| Opening { reading: *reading, salt: [0; 4] }).collect()
	}

	#[test]
	fn what_is_claimed_is_named_or_the_most_that_can_be() {
		let terms = terms(700);
		let claim = |named, readings: &[u32]| {
			delivered(named, &terms, &openings(readings)).map_err(|error| error.name().to_owned())
		};
		assert_eq!(claim(None, &[300, 200]), Ok(500));
		assert_eq!(claim(None, &[u32::MAX, u32::MAX]), Ok(700));
		assert_eq!(claim(Some(0), &[300]), Ok(0));
		assert_eq!(claim(Some(700), &[300]), Ok(700), "the prover refuses it");
		let above = Err("AboveContracted".to_owned());
		assert_eq!(claim(Some(701), &[900]), above);
		assert_eq!(claim(Some(u64::MAX), &[900]), above);
	}

	#[test]
	fn a_node_says_one_thing_of_a_trade() {
		let address = |byte: u8| Address { owner: [byte; 32], key: [byte; 32] };
		let shared = SharedKey { commitment: [3; 32], ciphertext: [0; 80] };
		let agreed = Agreed { payout: address(1), refund: address(2), shared };
		let terms = split::Terms {
			trade: 17,
			quantity: 700,
			rate: 20,
			payout: [1; 32],
			refund: [2; 32],
			key_commitment: [3; 32],
		};
		assert!(ensure_agreed(&terms, &agreed).is_ok());
		for changed in [
			split::Terms { payout: [9; 32], ..terms.clone() },
			split::Terms { refund: [9; 32], ..terms.clone() },
			split::Terms { key_commitment: [9; 32], ..terms.clone() },
		] {
			let error = ensure_agreed(&changed, &agreed).unwrap_err();
			assert_eq!(error.name(), "UnexpectedAnswer");
		}
	}
}
