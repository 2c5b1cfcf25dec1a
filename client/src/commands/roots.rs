//! `roots`: commit for many meters with one root for each period.

use std::{collections::BTreeSet, fs, path::Path};

use ed25519_dalek::{Signature, VerifyingKey};
use meterproof_device::{message, Slot};
use meterproof_statements::is_canonical;
use serde::Deserialize;
use serde_json::json;

use super::Context;
use crate::{
	chain::{amount, bytes, call, int, Chain, Needed},
	cli::{PathArgs, PostRootArgs, RootsCommand},
	error::{file, Error, Result},
	output::lines,
	proof::{parse_bytes, parse_hash},
	roots::{LeafPath, RootFile, RootLeaf},
	rpc::{show, CommitmentItem},
	store::files,
	types::Direction,
	units::show_money,
};

pub async fn run(context: &Context, command: RootsCommand) -> Result<()> {
	match command {
		RootsCommand::Register => register(context).await,
		RootsCommand::Retire { gateway } => retire(context, gateway).await,
		RootsCommand::Release { gateway } => release(context, gateway).await,
		RootsCommand::Show { gateway, period } => show_gateway(context, gateway, period).await,
		RootsCommand::Post(args) => post(context, args).await,
		RootsCommand::Path(args) => path(context, &args),
		RootsCommand::Check { path } => check(context, &path).await,
	}
}

async fn register(context: &Context) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let deposit = chain.constant("Gateways", "GatewayDeposit").await?;
	let needed = Needed { amount: deposit.into(), what: "a gateway's deposit".to_owned() };
	let register = call("Gateways", "register", vec![]);
	let included = chain.submit_needing(&signer, &register, Some(needed)).await?;
	let gateway = included.number("Gateways", "GatewayRegistered", "gateway")?;
	context.output.show(&json!({ "gateway": gateway }), || {
		format!("gateway {gateway}: operators bind their devices to it with device bind")
	})
}

async fn retire(context: &Context, gateway: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included = chain.submit(&signer, &call("Gateways", "retire", vec![int(gateway)])).await?;
	let from = included.number("Gateways", "GatewayRetires", "from")?;
	context.output.show(&json!({ "gateway": gateway, "from": from }), || {
		format!("gateway {gateway} posts no root from period {from} on")
	})
}

async fn release(context: &Context, gateway: u32) -> Result<()> {
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let included = chain.submit(&signer, &call("Gateways", "release", vec![int(gateway)])).await?;
	let events = included.events("Gateways", "GatewayReleased")?;
	let deposit = events.first().and_then(|event| amount(event, "deposit")).unwrap_or_default();
	let result = json!({ "gateway": gateway, "deposit": deposit.to_string() });
	context.output.show(&result, || {
		format!("gateway {gateway} is gone, and {} MPF are back", show_money(deposit))
	})
}

async fn show_gateway(context: &Context, gateway: u32, period: Option<u64>) -> Result<()> {
	let chain = context.chain().await?;
	let known = chain.rpc.raw("gateways_get", vec![json!(gateway)]).await?;
	if known.is_null() {
		let message = format!("no gateway has the number {gateway}");
		return Err(Error::new("UnknownGateway", message));
	}
	let root = match period {
		Some(period) => {
			json!({ "period": period, "root": final_root(&chain, gateway, period).await? })
		},
		None => json!({}),
	};
	let mut result = known;
	if let (Some(all), Some(root)) = (result.as_object_mut(), root.as_object()) {
		all.extend(root.clone());
	}
	context.output.show(&result, || lines(&result))
}

/// The root that the last final block has, 0x and hex.
async fn final_root(chain: &Chain, gateway: u32, period: u64) -> Result<Option<String>> {
	let root = chain.rpc.raw("gateways_root", vec![json!(gateway), json!(period)]).await?;
	let root = root.as_str().map(parse_hash).transpose()?;
	Ok(root.map(|root| show(&root)))
}

async fn post(context: &Context, args: PostRootArgs) -> Result<()> {
	let PostRootArgs { gateway, period, commitments, out } = args;
	let signer = context.signer()?;
	let chain = context.chain().await?;
	let mut left_out = Vec::new();
	let gathered = if out.exists() {
		// It was posted before, or the call did not come through: another root would open nothing.
		let known = RootFile::read(&out)?;
		let same = (known.gateway, known.period) == (gateway, period)
			&& parse_hash(&known.genesis)? == chain.genesis();
		if !same {
			let message = format!(
				"{}: what is under another root, of gateway {} in period {}",
				out.display(),
				known.gateway,
				known.period
			);
			return Err(Error::new("OtherRoot", message));
		}
		known
	} else {
		let items = commitments.iter().map(|path| read_items(path));
		let items: Vec<_> = items.collect::<Result<Vec<_>>>()?.concat();
		let gathered = gather(&chain, (gateway, period), &items, &mut left_out).await?;
		gathered.write(&out)?;
		gathered
	};
	for reason in &left_out {
		context.output.remark(reason);
	}
	let root = parse_hash(&gathered.root)?;
	let arguments = vec![int(gateway), int(period), bytes(root)];
	chain.submit(&signer, &call("Gateways", "post_root", arguments)).await?;
	let count = gathered.leaves.len();
	let result = json!({
		"gateway": gateway, "period": period, "root": gathered.root, "leaves": count,
		"leftOut": left_out,
	});
	context.output.show(&result, || {
		format!("gateway {gateway} has committed for {count} registers in period {period}")
	})
}

fn read_items(path: &Path) -> Result<Vec<CommitmentItem>> {
	let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
	serde_json::from_slice(&text).map_err(|error| {
		let message = format!("{}: not what meters send: {error}", path.display());
		Error::new("BadCommitments", message)
	})
}

/// A register in a period, as far as a gateway asks.
#[derive(Debug, Deserialize)]
struct Register {
	direction: Direction,
	seat: Option<Seat>,
}

#[derive(Debug, Deserialize)]
struct Seat {
	gateway: u32,
	seat: u32,
}

/// Puts what can be opened later under a root, and says of the rest why not: one signature that is wrong would
/// spoil every settlement that opens it.
async fn gather(
	chain: &Chain,
	(gateway, period): (u32, u64),
	items: &[CommitmentItem],
	left_out: &mut Vec<String>,
) -> Result<RootFile> {
	let mut registers = BTreeSet::new();
	let mut places = BTreeSet::new();
	let mut leaves = Vec::with_capacity(items.len());
	for item in items {
		let (device, direction) = (item.device, item.direction);
		let named = format!("the {direction} commitment of device {device}");
		if item.period != period {
			let message = format!("{named} is of period {}, and not of {period}", item.period);
			return Err(Error::new("OtherPeriod", message));
		}
		if !registers.insert((device, direction)) {
			let message = format!("{named} is there twice: a meter signs one for its gateway");
			return Err(Error::new("TwoCommitments", message));
		}
		let Some(known) = chain.rpc.device(device).await? else {
			left_out.push(format!("{named} is left out: no device has this id"));
			continue;
		};
		let commitment = parse_hash(&item.commitment)?;
		let seat = seat_of(chain, (device, direction), period).await?;
		let seat = seat.filter(|seat| seat.gateway == gateway);
		let reason = match &seat {
			None => Some("it does not count in the period, or is not bound to the gateway"),
			Some(_) if !is_canonical(&commitment) => {
				Some("it has a word that is not below the field modulus")
			},
			Some(_) if !is_signed(chain, item, &known.key)? => {
				Some("its signature is not the device's")
			},
			Some(seat) if !places.insert((direction, seat.seat)) => {
				Some("another device stands at its seat")
			},
			Some(_) => None,
		};
		match (reason, seat) {
			(None, Some(seat)) => leaves.push(RootLeaf {
				device,
				seat: seat.seat,
				direction,
				commitment: show(&commitment),
				signature: show(&parse_bytes(&item.signature)?),
			}),
			(reason, _) => {
				left_out.push(format!("{named} is left out: {}", reason.unwrap_or_default()));
			},
		}
	}
	if leaves.is_empty() {
		let message = format!("nothing is to be put under a root: {}", left_out.join("; "));
		return Err(Error::new("NothingToCommit", message));
	}
	RootFile::of(chain.genesis(), (gateway, period), leaves)
}

/// Where the device is bound to in the period.
async fn seat_of(
	chain: &Chain,
	(device, direction): (u32, Direction),
	period: u64,
) -> Result<Option<Seat>> {
	let asked = vec![json!(device), json!(period)];
	let answer = chain.rpc.raw("metering_status", asked).await?;
	let registers: Vec<Register> = serde_json::from_value(answer)
		.map_err(|error| Error::new("UnexpectedAnswer", format!("metering_status: {error}")))?;
	let own = registers.into_iter().find(|register| register.direction == direction);
	Ok(own.and_then(|register| register.seat))
}

fn is_signed(chain: &Chain, item: &CommitmentItem, key: &str) -> Result<bool> {
	let CommitmentItem { device, period, direction, commitment, signature } = item;
	let slot =
		Slot { genesis: chain.genesis(), device: *device, period: *period, direction: *direction };
	let commitment = parse_hash(commitment)?;
	let signature: Option<[u8; 64]> = parse_bytes(signature)?.try_into().ok();
	let key = VerifyingKey::from_bytes(&parse_hash(key)?).ok();
	let (Some(signature), Some(key)) = (signature, key) else { return Ok(false) };
	let signature = Signature::from_bytes(&signature);
	Ok(key.verify_strict(&message(&slot, &commitment), &signature).is_ok())
}

fn path(context: &Context, args: &PathArgs) -> Result<()> {
	let PathArgs { roots, device, direction, out } = args;
	let gathered = RootFile::read(roots)?;
	let is_wanted = |leaf: &RootLeaf| (leaf.device, leaf.direction) == (*device, *direction);
	let opening = gathered.open(is_wanted)?.ok_or_else(|| {
		let message = format!("the {direction} register of device {device} is not under this root");
		Error::new("NotUnderRoot", message)
	})?;
	let period = gathered.period;
	let written = LeafPath { genesis: gathered.genesis, period, opening };
	let text = serde_json::to_vec(&written)
		.map_err(|error| Error::new("BadRootFile", error.to_string()))?;
	files::replace(out, &text).map(drop)?;
	let result = json!({ "device": device, "direction": direction, "period": period, "out": out });
	context.output.show(&result, || format!("{}: the path of device {device}", out.display()))
}

async fn check(context: &Context, path: &Path) -> Result<()> {
	let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
	let read: LeafPath = serde_json::from_slice(&text).map_err(|error| {
		Error::new("BadRootFile", format!("{}: not a path: {error}", path.display()))
	})?;
	let chain = context.chain().await?;
	if parse_hash(&read.genesis)? != chain.genesis() {
		return Err(Error::new("OtherChain", "the path is for another chain"));
	}
	let (gateway, period) = (read.opening.gateway, read.period);
	let root = show(&read.root()?);
	for leaf in &read.opening.leaves {
		// The seat is the operator's word: at another place nobody could open what is there.
		let register = (leaf.device, leaf.direction);
		let seat = seat_of(&chain, register, period).await?;
		if !seat.is_some_and(|at| (at.gateway, at.seat) == (gateway, leaf.seat)) {
			let message = format!(
				"device {} is not bound to seat {} of gateway {gateway} in period {period}: have the meter \
				 commit by itself before the cut-off",
				leaf.device, leaf.seat
			);
			return Err(Error::new("NotBound", message));
		}
	}
	let standing = final_root(&chain, gateway, period).await?;
	if standing.as_deref() != Some(root.as_str()) {
		let why = match standing {
			Some(_) => "the final root of gateway",
			None => "no final root is there of gateway",
		};
		let message = format!(
			"{why} {gateway} in period {period}, and the path leads to {root}: have the meter commit by \
			 itself before the cut-off"
		);
		return Err(Error::new("NotUnderRoot", message));
	}
	let leaves = &read.opening.leaves;
	let result = json!({ "gateway": gateway, "period": period, "root": root, "leaves": leaves });
	context.output.show(&result, || {
		let told = leaves.iter().map(|leaf| {
			let RootLeaf { device, direction, commitment, .. } = leaf;
			format!("{commitment}, {direction} of device {device}")
		});
		let told = told.collect::<Vec<_>>().join("; ");
		format!("under the final root of gateway {gateway} in period {period}: {told}")
	})
}
