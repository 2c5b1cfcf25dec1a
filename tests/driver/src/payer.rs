//! A payer of one's own: notes by plain JSON-RPC, keys and notes from `meterproof-wallet`, the
//! proof from `meterproof-prover`. It shows that the client has no privilege, and makes payments
//! that the client would not.

use anyhow::{anyhow, bail, Context, Result};
use meterproof_programs::transfer::{Public, Statement};
use meterproof_prover::transfer::{prove, Payment, Spend};
use meterproof_wallet::{
	address::Address,
	ciphertext,
	keys::Seed,
	memo::Memo,
	network::Network,
	payment::{Ask, PaymentTerms, Plan, Spending},
	sent::Earlier,
	wallet::{Scanned, Wallet},
};
use serde_json::{json, Value};

use crate::{
	chain::Chain,
	pool::{published, Fees},
	rpc::RpcError,
};

/// A wallet on a node, with its keys and what it may pay.
pub struct Payer {
	chain: Chain,
	network: Network,
	wallet: Wallet,
	fees: Fees,
}

/// What the node said to a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
	/// JSON-RPC code.
	pub code: i64,
	/// The refusal's name.
	pub name: String,
	/// All that was said.
	pub message: String,
}

impl Payer {
	/// The owner of a seed, who has looked at all final notes.
	pub fn new(chain: &Chain, seed: &str) -> Result<Self> {
		let network = chain.network()?;
		let seed = Seed::parse(&network, seed)?;
		let mut wallet = Wallet::new(network, seed, 0);
		let notes = chain.notes()?.iter().map(published).collect::<Result<Vec<_>>>()?;
		let tree = chain.tree()?;
		let known = usize::try_from(tree.head.notes)?;
		wallet.take(0, notes.get(..known).context("notes are missing")?)?;
		wallet
			.finish_scan(Scanned { block: tree.block.try_into()?, hash: tree.hash }, &tree.head)?;
		Ok(Self { chain: chain.clone(), network, wallet, fees: chain.payment_fees()? })
	}

	/// A payment to an address, ready to be sent.
	pub fn pay(&self, to: &str, amount: u64) -> Result<Value> {
		let (to, fee) = (Address::parse(&self.network, to)?, self.fees.transfer);
		let memo = Memo::new("by hand")?;
		let ask = Ask::Pay { to: &to, amount, memo: &memo, fee };
		let payment = self.prove(&ask, Public::Transfer { fee })?;
		Ok(payment)
	}

	/// A payment to an account, ready to be sent.
	pub fn unshield(&self, account: &str, to: [u8; 32], amount: u64) -> Result<Value> {
		let fee = self.fees.unshield;
		let ask = Ask::Unshield { to, amount, fee };
		let mut payment = self.prove(&ask, Public::Unshield { to, amount, fee })?;
		payment["to"] = json!(account);
		payment["amount"] = json!(amount.to_string());
		Ok(payment)
	}

	fn prove(&self, ask: &Ask<'_>, public: Public) -> Result<Value> {
		let anchor = self.chain.tree()?.anchor;
		let terms = PaymentTerms { asset: 0, auditor: None, anchor, earlier: Earlier::Ask };
		let plan = self.wallet.plan(ask, &terms)?;
		let [first, second] = &plan.spends;
		let spends = [self.spend(first.as_ref())?, self.spend(second.as_ref())?];
		let payment = Payment { asset: plan.asset, spends, outputs: plan.outputs };
		let statement = Statement {
			genesis: self.network.genesis,
			asset: plan.asset,
			root: plan.root,
			nullifiers: payment.nullifiers().context("a nullifier is not canonical")?,
			outputs: plan.commitments,
			ciphertexts: ciphertext::digest(&plan.ciphertexts),
			public,
		};
		let proof = prove(&statement, &payment, |_| ()).map_err(|error| anyhow!("{error}"))?;
		let fee = match public {
			Public::Transfer { fee } | Public::Unshield { fee, .. } => fee,
			Public::Shield { .. } => bail!("an account shields"),
		};
		Ok(json!({
			"asset": plan.asset,
			"fee": fee.to_string(),
			"root": hexadecimal(&plan.root),
			"nullifiers": statement.nullifiers.map(|nullifier| hexadecimal(&nullifier)),
			"outputs": outputs(&plan),
			"proof": hexadecimal(&proof),
		}))
	}

	fn spend(&self, spending: Option<&Spending>) -> Result<Spend> {
		let Some(spending) = spending else { return Ok(Spend::dummy()?) };
		Ok(Spend {
			spending_key: *self.wallet.seed()?.spending_key().expose(),
			diversifier: spending.diversifier,
			amount: spending.note.amount,
			randomness: spending.note.randomness,
			position: spending.position,
			path: spending.path,
			dummy: false,
		})
	}
}

impl Chain {
	/// Sends a payment; its hash, or why not.
	pub fn submit_payment(&self, payment: &Value) -> Result<Result<String, Refusal>> {
		match self.rpc().call("payments_submit", json!([payment])) {
			Ok(answer) => Ok(Ok(crate::chain::string(&answer, "hash")?)),
			Err(RpcError::Refused { code, message }) => {
				let said = message.trim_start_matches("payments_submit: ");
				let name = said.split([':', ' ']).next().unwrap_or_default().into();
				Ok(Err(Refusal { code, name, message }))
			},
			Err(error) => Err(error.into()),
		}
	}

	/// Sends a payment that must be refused.
	pub fn refused_payment(&self, payment: &Value) -> Result<Refusal> {
		match self.submit_payment(payment)? {
			Ok(hash) => bail!("the payment {hash} was not refused"),
			Err(refusal) => Ok(refusal),
		}
	}
}

fn outputs(plan: &Plan) -> Vec<Value> {
	let notes = plan.commitments.iter().zip(&plan.ciphertexts);
	notes
		.map(|(commitment, sealed)| {
			json!({
				"commitment": hexadecimal(commitment),
				"ephemeral": hexadecimal(&sealed.ephemeral),
				"note": hexadecimal(&sealed.note),
				"outgoing": hexadecimal(&sealed.outgoing),
			})
		})
		.collect()
}

/// 0x and hex.
pub fn hexadecimal(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}
