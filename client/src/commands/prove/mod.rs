//! `prove`: prove what groups of meters delivered.

pub(crate) mod claims;
pub(crate) mod sealed;

use std::{
	path::PathBuf,
	time::{Duration, Instant},
};

use indicatif::ProgressBar;
use meterproof_prover::usage::{
	prove, proven_bits, GroupWitness, Opening, ProveError, Proved, ProvingPhase,
};
use meterproof_statements::usage::{self, Claim, Slot};
use meterproof_verifier::verify_usage;
use serde_json::json;
use subxt::utils::AccountId32;

use self::claims::{disclosure, ensure_asked, Rules};
use super::{missing, Context};
use crate::{
	chain::Chain,
	cli::ProveArgs,
	error::{Error, Result},
	output::table,
	proof::{ProofFile, ProvedGroup},
	rpc::{show, Statement},
	store::Store,
	types::{Group, GroupClaim},
	units::show_quantity,
};

pub async fn run(context: &Context, args: ProveArgs) -> Result<()> {
	let claims =
		args.groups.iter().map(|text| Ok(text.parse()?)).collect::<Result<Vec<GroupClaim>>>()?;
	if !args.sealed {
		Rules::of(&args).ensure_named(&claims)?;
	}
	let stores = open_stores(context, &args.stores)?;
	let chain = context.chain().await?;
	for store in &stores {
		store.ensure_chain(&chain.genesis())?;
	}

	if args.sealed {
		return sealed::run(context, &chain, &stores, &args, &claims).await;
	}

	let formed = form_statement(&chain, args.period, args.openly, &claims).await;
	let (mut formed, contracted) = match formed {
		Ok(formed) => formed,
		Err(error) => {
			let error = chain.explain("Settlement", error).await;
			return Err(name_missing(&chain, &args, &claims, error).await);
		},
	};
	remark_missing(context, &chain, &args, &formed).await;
	let witness = make_claims(context, &stores, &args, &claims, &mut formed, &contracted)?;

	let (proved, prove_time) =
		prove_with_bar(context, formed.clone().map_accounts(|account| account.0), witness).await?;
	let start = Instant::now();
	verify_usage(&proved.statement, &proved.proof).map_err(proof_fails)?;
	let verify_time = start.elapsed();

	file_of(&formed, &proved).write(&args.out)?;
	report(context, &formed, &contracted, &proved, prove_time, verify_time)
}

/// Says of whom the chain waits for, if that is why it takes no proof yet.
async fn name_missing(
	chain: &Chain,
	args: &ProveArgs,
	claims: &[GroupClaim],
	error: Error,
) -> Error {
	if error.name() != "NotAllCommitted" {
		return error;
	}
	let groups: Vec<_> = claims.iter().map(|claim| claim.group.clone()).collect();
	missing::explained(chain, &groups, args.period, error).await
}

/// Tells a person who has not committed and counts for nothing in the proof.
async fn remark_missing(context: &Context, chain: &Chain, args: &ProveArgs, formed: &Statement) {
	for group in &formed.groups {
		let group = group.id(formed.resource);
		// The proof does not depend on which devices are missing: a node that does not tell them does no harm.
		let missing = missing::missing(chain, &group, args.period).await.unwrap_or_default();
		if !missing.is_empty() {
			context.output.remark(&format!(
				"{group}: counted as nothing, since they have not committed: {}",
				missing::named(&missing)
			));
		}
	}
}

pub(crate) fn proof_fails(error: impl std::fmt::Display) -> Error {
	Error::new("ProofRejected", format!("the new proof fails: {error}"))
}

pub(crate) fn open_stores(context: &Context, paths: &[PathBuf]) -> Result<Vec<Store>> {
	paths
		.iter()
		.map(|path| {
			let password = context.passwords.existing(path)?;
			Store::open(path, &password)
		})
		.collect()
}

/// The statement as the node forms it, of all that is contracted, and how much that is.
pub(crate) async fn form_statement(
	chain: &Chain,
	period: u64,
	openly: bool,
	claims: &[GroupClaim],
) -> Result<(Statement, Vec<u64>)> {
	let mut contracted = Vec::new();
	for claim in claims {
		let status = chain.rpc.settlement(&claim.group, period).await?;
		if status.sealed && !openly {
			return Err(sealed_group(&claim.group));
		}
		contracted.push(status.contracted);
	}
	let asked: Vec<_> = claims.iter().map(|claim| (claim.group.clone(), None)).collect();
	let formed = chain.rpc.statement(period, &asked).await?;
	ensure_asked(&formed, claims, &contracted, (chain.genesis(), period))?;
	Ok((formed, contracted))
}

/// Puts the claims into the statement; what opens its commitments.
fn make_claims(
	context: &Context,
	stores: &[Store],
	args: &ProveArgs,
	claims: &[GroupClaim],
	formed: &mut Statement,
	contracted: &[u64],
) -> Result<Vec<GroupWitness>> {
	let mut witness = Vec::new();
	for ((group, claim), contracted) in formed.groups.iter_mut().zip(claims).zip(contracted) {
		let openings = openings(stores, args.period, group)?;
		let sum = sum(&openings);
		let quantity = Rules::of(args).quantity(claim, *contracted, sum)?;
		if let Some(warning) = disclosure(&claim.group, quantity, *contracted, sum) {
			context.output.remark(&warning);
		}
		group.claim = Claim::AtLeast(quantity);
		witness.push(GroupWitness { openings });
	}
	Ok(witness)
}

/// What is hidden on purpose is not shown by mistake.
fn sealed_group(group: &Group) -> Error {
	let message = format!(
		"{group}: its trade is sealed: prove it with --sealed and --wallet, or, if all are to see what \
		 was delivered, with --openly"
	);
	Error::new("SealedTrade", message)
}

pub(crate) fn sum(openings: &[Opening]) -> u64 {
	openings.iter().map(|opening| u64::from(opening.reading)).sum()
}

/// What opens a group's commitments.
pub(crate) fn openings(
	stores: &[Store],
	period: u64,
	group: &usage::Group<AccountId32>,
) -> Result<Vec<Opening>> {
	let direction = group.direction;
	let slots = group.slots.iter();
	slots
		.map(|Slot { device, commitment }| {
			let opening = stores
				.iter()
				.flat_map(|store| store.openings_of(&(*device, period, direction)))
				.find(|opening| opening.commitment == *commitment);
			let message = || {
				format!(
					"no store opens the {direction} commitment of device {device}; if the meter \
					 holds its own key, put what it hands over into a store with openings import; if \
					 the store is a copy that was brought back, run the gateway again with the \
					 readings of the period"
				)
			};
			let opening = opening.ok_or_else(|| Error::new("MissingOpening", message()))?;
			Ok(Opening { reading: opening.reading, salt: opening.salt })
		})
		.collect()
}

pub(crate) async fn prove_with_bar(
	context: &Context,
	statement: usage::Statement,
	witness: Vec<GroupWitness>,
) -> Result<(Proved, Duration)> {
	let (proved, time) = with_bar(context, "proving", move |bar| {
		prove(statement, &witness, |phase| bar.set_position(phase as u64))
	})
	.await?;
	Ok((proved.map_err(prove_error)?, time))
}

/// Proves something while a person sees how far it has got.
async fn with_bar<T: Send + 'static>(
	context: &Context,
	what: &str,
	work: impl FnOnce(ProgressBar) -> T + Send + 'static,
) -> Result<(T, Duration)> {
	let bar = context.output.bar(ProvingPhase::Done as u64, what);
	let shown = bar.clone();
	let start = Instant::now();
	let task = tokio::task::spawn_blocking(move || work(shown));
	let done = task.await.map_err(|_| Error::new("ProverFailed", "the prover stopped"))?;
	bar.finish_and_clear();
	Ok((done, start.elapsed()))
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
	(time.as_secs_f64() * 1e6).round() / 1e3
}

pub(crate) fn prove_error(error: ProveError) -> Error {
	let name = match &error {
		ProveError::ClaimNotMet { .. } => "ClaimNotMet",
		ProveError::SlackOutOfRange { .. } => "SlackOutOfRange",
		ProveError::TooManySlots => "TooManySlots",
		ProveError::OpeningMismatch { .. } => "OpeningMismatch",
		_ => "ProverFailed",
	};
	Error::new(name, error.to_string())
}

/// A proof as it is kept in a file.
pub(crate) fn file_of(formed: &Statement, proved: &Proved) -> ProofFile {
	let groups = formed
		.groups
		.iter()
		.zip(&proved.statement.groups)
		.map(|(group, proved)| ProvedGroup {
			group: group.id(formed.resource),
			quantity: proved.claim.quantity(),
			slack_commitment: show(&proved.slack_commitment),
		})
		.collect();
	ProofFile {
		genesis: show(&formed.genesis),
		period: formed.period,
		resource: formed.resource,
		groups,
		proof: show(&proved.proof),
	}
}

fn report(
	context: &Context,
	formed: &Statement,
	contracted: &[u64],
	proved: &Proved,
	prove_time: Duration,
	verify_time: Duration,
) -> Result<()> {
	let groups: Vec<_> = formed
		.groups
		.iter()
		.zip(contracted)
		.map(|(group, contracted)| {
			json!({
				"group": group.id(formed.resource).to_string(),
				"claimed": group.claim.quantity(),
				"contracted": contracted,
				"slots": group.slots.len(),
			})
		})
		.collect();
	let slots: usize = formed.groups.iter().map(|group| group.slots.len()).sum();
	let result = json!({
		"period": formed.period,
		"groups": groups,
		"slots": slots,
		"bytes": proved.proof.len(),
		"prove_ms": milliseconds(prove_time),
		"verify_native_ms": milliseconds(verify_time),
		"proven_bits": proven_bits(&proved.statement),
	});
	context.output.show(&result, || {
		let rows: Vec<_> = formed
			.groups
			.iter()
			.zip(contracted)
			.map(|(group, contracted)| {
				let unit = formed.resource.trade_unit();
				vec![
					group.id(formed.resource).to_string(),
					format!("{} {unit}", show_quantity(group.claim.quantity())),
					format!("{} {unit}", show_quantity(*contracted)),
					group.slots.len().to_string(),
				]
			})
			.collect();
		format!(
			"{}\n{slots} readings proved in {:.2} s; {} bytes, checked in {:.1} ms",
			table(&["group", "claimed", "contracted", "readings"], &rows),
			prove_time.as_secs_f64(),
			proved.proof.len(),
			verify_time.as_secs_f64() * 1e3,
		)
	})
}
