//! From what a wallet plans to a payment that the chain takes.

use std::time::{Duration, Instant};

use meterproof_programs::{
	note::TREE_DEPTH,
	transfer::{Public, Statement},
};
use meterproof_prover::transfer::{prove, Payment, ProveError, ProvingPhase, Spend};
use meterproof_verifier::verify_transfer;
use meterproof_wallet::{
	ciphertext,
	payment::{Plan, Spending},
	wallet::Wallet,
};

use crate::{
	commands::Context,
	error::{Error, Result},
};

/// What a proof proves, and the proof.
pub struct Proved {
	pub statement: Statement,
	pub proof: Vec<u8>,
	pub time: Duration,
}

/// Proves a plan of this wallet, and checks the proof as the chain will.
pub async fn prove_plan(
	context: &Context,
	wallet: &Wallet,
	plan: &Plan,
	public: Public,
) -> Result<Proved> {
	let [first, second] = &plan.spends;
	let spends = [spend(wallet, first.as_ref())?, spend(wallet, second.as_ref())?];
	let payment = Payment { asset: plan.asset, spends, outputs: plan.outputs };
	let bug = || Error::new("ProverFailed", "the payment is not canonical");
	let statement = Statement {
		genesis: wallet.network().genesis,
		asset: plan.asset,
		root: plan.root,
		nullifiers: payment.nullifiers().ok_or_else(bug)?,
		outputs: plan.commitments,
		ciphertexts: ciphertext::digest(&plan.ciphertexts),
		public,
	};

	let bar = context.output.bar(ProvingPhase::Done as u64, "proving");
	let shown = bar.clone();
	let start = Instant::now();
	let task = tokio::task::spawn_blocking(move || {
		let proof = prove(&statement, &payment, |phase| shown.set_position(phase as u64));
		(statement, proof)
	});
	let (statement, proof) =
		task.await.map_err(|_| Error::new("ProverFailed", "the prover stopped"))?;
	bar.finish_and_clear();
	let proof = proof.map_err(prove_error)?;
	let time = start.elapsed();
	verify_transfer(&statement, &proof)
		.map_err(|error| Error::new("ProofRejected", format!("the new proof fails: {error}")))?;
	Ok(Proved { statement, proof, time })
}

fn spend(wallet: &Wallet, spending: Option<&Spending>) -> Result<Spend> {
	let Some(spending) = spending else {
		return Spend::dummy().map_err(|error| Error::new("NoRandomness", error.to_string()));
	};
	let Spending { note, diversifier, position, .. } = spending;
	let path: [_; TREE_DEPTH] = spending.path;
	Ok(Spend {
		spending_key: *wallet.seed()?.spending_key().expose(),
		diversifier: *diversifier,
		amount: note.amount,
		randomness: note.randomness,
		position: *position,
		path,
		dummy: false,
	})
}

fn prove_error(error: ProveError) -> Error {
	let name = match &error {
		ProveError::NoRandomness(_) => "NoRandomness",
		_ => "ProverFailed",
	};
	Error::new(name, error.to_string())
}
