//! A prover of sealed trades of one's own: statement and trade by plain JSON-RPC, keys and notes
//! from `meterproof-wallet`, the proofs from `meterproof-prover`. It shows that the client has no
//! privilege, and does to the buyer what the client would not.

use std::{fs, path::Path};

use anyhow::{ensure, Context, Result};
use meterproof_programs::{
	split,
	usage::{self, Claim, Direction},
};
use meterproof_prover::{
	split::{self as splitting, Delivery},
	usage::{prove, GroupWitness, Opening},
};
use meterproof_wallet::{
	address::Address,
	ciphertext::{self, NoteCiphertext},
	keys::Seed,
	split::{SettlementNotes, SettlementTerms},
	trade::SharedKey,
	wallet::Wallet,
};
use serde_json::{json, Value};

use crate::{
	chain::{bytes32, integer, money, string, Chain},
	meter::Commitment,
	operator::Operator,
	payer::hexadecimal,
	prover::{opening, slots, ELECTRICITY},
};

/// The seller of a trade.
pub struct Sealer {
	chain: Chain,
	wallet: Wallet,
}

/// What it says of a period.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
	/// The trade.
	pub trade: u64,
	/// The period.
	pub period: u64,
	/// In Wh.
	pub quantity: u32,
	/// What the meters have sent.
	pub sent: &'a [Commitment],
	/// Whether the buyer can read what is encrypted to it.
	pub readable: bool,
}

impl Sealer {
	/// The owner of a seed.
	pub fn new(chain: &Chain, seed: &str) -> Result<Self> {
		let network = chain.network()?;
		let wallet = Wallet::new(network, Seed::parse(&network, seed)?, 0);
		Ok(Self { chain: chain.clone(), wallet })
	}

	/// Proves and writes the file that the client's `settle` takes.
	pub fn prove_to_file(
		&self,
		operator: &Operator,
		delivered: Delivered,
		file: &Path,
	) -> Result<()> {
		let Delivered { trade, period, quantity, sent, readable } = delivered;
		let group = operator.group("export").json();
		let asked = json!([period, [group]]);
		let formed = self.chain.rpc().call("settlement_sealedStatement", asked)?;
		let (formed, split) = (&formed["usage"]["groups"][0], &formed["split"]);
		ensure!(integer(split, "asset")? == 0, "the chain's own token is number 0");
		let (terms, shared) = self.terms(trade, period, &split["splits"][0]["terms"])?;
		let key = self.wallet.read_trade_key(trade, &terms.payout, &shared)?;
		let mut notes = self.wallet.settle(&terms, &key, quantity)?;
		if !readable {
			let nothing = NoteCiphertext {
				ephemeral: [7; 32],
				note: [7; 184],
				outgoing: [7; 112],
				auditor: None,
			};
			notes.ciphertexts[1] = nothing;
		}

		let mut delivery = Delivery::new(quantity, 1, *key.expose())?;
		delivery.payout_randomness = notes.notes[0].randomness;
		let quantity_commitment = delivery.quantity_commitment(period);
		let genesis = self.chain.genesis()?;
		let slots = slots(formed)?;
		let opened = slots.iter().map(|slot| opening(slot, sent));
		let hidden = Ok(Opening { reading: quantity, salt: delivery.salt });
		let openings = opened.chain([hidden]).collect::<Result<_>>()?;
		let usage = usage::Statement {
			genesis,
			period,
			resource: ELECTRICITY,
			groups: vec![usage::Group {
				operator: operator.account.public_key,
				zone: crate::operator::ZONE,
				direction: Direction::Export,
				claim: Claim::AtLeastHidden(quantity_commitment),
				slots,
				slack_commitment: [0; 32],
			}],
		};
		let usage = prove(usage, &[GroupWitness { openings }], |_| ())?;
		let split = split::Statement {
			genesis,
			period,
			asset: 0,
			splits: vec![split_of(&terms, &shared, quantity_commitment, &notes)],
		};
		let split = splitting::prove(&split, &[delivery], |_| ())?;

		let slack = usage.statement.groups.first().context("no group")?.slack_commitment;
		let outputs = notes.commitments.iter().zip(&notes.ciphertexts);
		let outputs: Vec<Value> =
			outputs.map(|(commitment, sealed)| output(commitment, sealed)).collect();
		let written = json!({
			"genesis": hexadecimal(&genesis),
			"period": period,
			"resource": "electricity",
			"groups": [{
				"group": group,
				"quantityCommitment": hexadecimal(&quantity_commitment),
				"slackCommitment": hexadecimal(&slack),
				"outputs": outputs,
			}],
			"usageProof": hexadecimal(&usage.proof),
			"splitProof": hexadecimal(&split),
		});
		Ok(fs::write(file, written.to_string())?)
	}

	fn terms(
		&self,
		trade: u64,
		period: u64,
		formed: &Value,
	) -> Result<(SettlementTerms, SharedKey)> {
		let agreed = self.chain.trade(trade)?;
		let sealed = &agreed["sealed"];
		let address = |owner: &str, key: &str| -> Result<Address> {
			let owner = bytes32(&string(&agreed, owner)?)?;
			Ok(Address { owner, key: bytes32(&string(sealed, key)?)? })
		};
		let ciphertext = hex::decode(string(sealed, "sealedKey")?.trim_start_matches("0x"))?;
		let ciphertext = ciphertext.try_into().ok().context("a shared key of another length")?;
		let commitment = bytes32(&string(sealed, "keyCommitment")?)?;
		let terms = SettlementTerms {
			trade,
			period,
			asset: 0,
			quantity: u32::try_from(integer(formed, "quantity")?)?,
			rate: money(formed, "rate")?.try_into()?,
			payout: address("payout", "payoutKey")?,
			refund: address("refund", "refundKey")?,
			auditor: None,
		};
		ensure!(integer(formed, "trade")? == trade, "the statement is of another trade");
		Ok((terms, SharedKey { commitment, ciphertext }))
	}
}

fn split_of(
	terms: &SettlementTerms,
	shared: &SharedKey,
	quantity_commitment: [u8; 32],
	notes: &SettlementNotes,
) -> split::Split {
	let [payout, refund] = notes.commitments;
	split::Split {
		trade: terms.trade,
		quantity: terms.quantity,
		rate: terms.rate,
		key_commitment: shared.commitment,
		quantity_commitment,
		payout: split::Share { owner: terms.payout.owner, note: payout },
		refund: split::Share { owner: terms.refund.owner, note: refund },
		ciphertexts: ciphertext::digest(&notes.ciphertexts),
	}
}

fn output(commitment: &[u8; 32], sealed: &NoteCiphertext) -> Value {
	json!({
		"commitment": hexadecimal(commitment),
		"ciphertext": {
			"ephemeral": hexadecimal(&sealed.ephemeral),
			"note": hexadecimal(&sealed.note),
			"outgoing": hexadecimal(&sealed.outgoing),
			"auditor": "0x",
		},
	})
}
