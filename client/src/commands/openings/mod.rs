//! `openings`: what meters with keys of their own hand to their owner.

use std::{collections::HashMap, fs, io::ErrorKind, path::Path};

use serde_json::{json, Value};
use zeroize::Zeroizing;

use super::{open_or_create, Context};
use crate::{
	agent::time,
	chain::Chain,
	cli::{CheckArgs, DiscloseArgs, ImportArgs, ListArgs, OpeningsCommand},
	disclosure::{self, Disclosed, Follows, MeterKeys},
	error::{file, Error, Named, Result},
	openings::{parse, Handed},
	output::table,
	proof::parse_hash,
	store::{files, Entry, Opening, Slot, Store},
	types::Direction,
};

pub async fn run(context: &Context, command: OpeningsCommand) -> Result<()> {
	match command {
		OpeningsCommand::Import(args) => import(context, &args).await,
		OpeningsCommand::List(args) => list(context, &args),
		OpeningsCommand::Disclose(args) => disclose(context, &args),
		OpeningsCommand::Check(args) => check(context, &args),
	}
}

async fn import(context: &Context, args: &ImportArgs) -> Result<()> {
	let handed = read(&args.file)?;
	let chain = context.chain().await?;
	let mut store = open_or_create(context, &args.store, &chain)?;
	let recorded = Recorded::of(&chain, &handed).await?;
	let plan = Plan::make(&store, &recorded, &handed)?;
	let (all, imported, on_chain) = (handed.len(), plan.entries.len(), plan.on_chain);
	let known = all.saturating_sub(imported);
	store.append(plan.entries)?;
	let result = json!({ "imported": imported, "known": known, "onChain": on_chain });
	context.output.show(&result, || {
		format!(
			"{imported} openings imported, {known} known already; {on_chain} of {all} open a \
			 commitment on the chain"
		)
	})?;
	let path = args.file.display();
	context.output.remark(&format!("{path} still tells every reading in it: erase it"));
	Ok(())
}

fn read(path: &Path) -> Result<Vec<Handed>> {
	let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
	parse(&Zeroizing::new(text))
		.map_err(|error| Error::new(error.name(), format!("{}: {error}", path.display())))
}

/// The commitments of a device in a period, by register.
type Registers = Vec<(Direction, Option<[u8; 32]>)>;

/// The commitments on the chain, by device and period.
struct Recorded(HashMap<(u32, u64), Registers>);

impl Recorded {
	async fn of(chain: &Chain, handed: &[Handed]) -> Result<Self> {
		let mut all = HashMap::new();
		for Handed { entry, slot: (device, period, _), .. } in handed {
			if all.contains_key(&(*device, *period)) {
				continue;
			}
			if chain.rpc.device(*device).await?.is_none() {
				let message = format!("entry {entry}: no device has the id {device}");
				return Err(Error::new("UnknownDevice", message));
			}
			let mut registers = Vec::new();
			for register in chain.rpc.register_status(*device, *period).await? {
				let commitment = register.commitment.as_deref().map(parse_hash).transpose()?;
				registers.push((register.direction, commitment));
			}
			all.insert((*device, *period), registers);
		}
		Ok(Self(all))
	}

	/// What the chain has of a register: `None` if the device has no such register, else its
	/// commitment, if that is on record.
	fn register(&self, (device, period, direction): &Slot) -> Option<Option<[u8; 32]>> {
		let registers = self.0.get(&(*device, *period))?;
		registers.iter().find(|(known, _)| known == direction).map(|(_, commitment)| *commitment)
	}
}

/// What an import does.
#[derive(Debug)]
struct Plan {
	/// What the store does not have.
	entries: Vec<Entry>,
	/// How many of the file's openings open a commitment on the chain.
	on_chain: usize,
}

impl Plan {
	/// Compares a file with the chain and the store; one entry that does not fit refuses all.
	fn make(store: &Store, recorded: &Recorded, handed: &[Handed]) -> Result<Self> {
		let mut plan = Self { entries: Vec::new(), on_chain: 0 };
		for Handed { entry, slot, opening } in handed {
			let (device, period, direction) = *slot;
			let refuse = |name, reason: &str| {
				let message = format!(
					"entry {entry} (device {device}, period {period}, {direction}): {reason}"
				);
				Err(Error::new(name, message))
			};
			let Some(commitment) = recorded.register(slot) else {
				return refuse("DirectionNotMetered", "the device has no such register");
			};
			let on_chain = commitment == Some(opening.commitment);
			if commitment.is_some() && !on_chain {
				let reason = "the chain has another commitment, which this does not open; ask the \
					meter for the reading and salt of what it sent";
				return refuse("CommitmentMismatch", reason);
			}
			plan.on_chain += usize::from(on_chain);
			match store.opening(device, period, direction) {
				Some(known) if known == opening => continue,
				// Once the chain has decided, what opens nothing there is of no use.
				Some(_) if !on_chain => {
					let reason = "the store has another opening for it; import the right one once \
						the commitment is on the chain";
					return refuse("OpeningDiffers", reason);
				},
				_ => {},
			}
			// What the store has made itself keeps its signature.
			let again = store.again(slot, &opening.commitment);
			let opening = opening.clone();
			let imported = Entry::Imported { device, period, direction, opening };
			plan.entries.push(again.unwrap_or(imported));
		}
		Ok(plan)
	}
}

fn list(context: &Context, args: &ListArgs) -> Result<()> {
	let password = context.passwords.existing(&args.store)?;
	let store = Store::open(&args.store, &password)?;
	let wanted = |((device, period, _), _): &(&Slot, &Opening)| {
		args.device.is_none_or(|wanted| wanted == *device)
			&& args.period.is_none_or(|wanted| wanted == *period)
	};
	let openings: Vec<_> = store.openings().into_iter().filter(wanted).collect();
	let rows: Vec<_> =
		openings.iter().map(|(slot, opening)| row(slot, opening, args.reveal)).collect();
	if let Some(out) = &args.out {
		write(out, &rows)?;
		let (count, path) = (rows.len(), out.display().to_string());
		return context.output.show(&json!({ "openings": count, "file": path }), || {
			format!("{count} openings are in {path}, which tells every reading in it")
		});
	}
	context.output.show(&json!(rows), || {
		let mut headings = vec!["period", "device", "direction", "commitment"];
		if args.reveal {
			headings.push("reading");
		}
		let cells = openings.iter().map(|((device, period, direction), opening)| {
			let commitment = format!("0x{}", hex::encode(opening.commitment));
			let mut cells =
				vec![period.to_string(), device.to_string(), direction.to_string(), commitment];
			if args.reveal {
				cells.push(opening.reading.to_string());
			}
			cells
		});
		table(&headings, &cells.collect::<Vec<_>>())
	})
}

fn disclose(context: &Context, args: &DiscloseArgs) -> Result<()> {
	let password = context.passwords.existing(&args.store)?;
	let store = Store::open(&args.store, &password)?;
	let rows = disclosed(&store, args.period, args.device)?;
	write(&args.out, &rows)?;
	let (count, path) = (rows.len(), args.out.display().to_string());
	context.output.show(&json!({ "disclosed": count, "file": path }), || {
		format!("{count} commitments are disclosed in {path}, with their readings and telegrams")
	})
}

/// What discloses the commitments of a period that bind telegrams. Of a slot whose reading was
/// corrected it is all of them: which one the chain took, the store does not know for sure.
fn disclosed(store: &Store, period: u64, device: Option<u32>) -> Result<Vec<Value>> {
	let mut rows = Vec::new();
	for (slot, _) in store.openings() {
		let (of, at, direction) = *slot;
		if at != period || device.is_some_and(|wanted| wanted != of) {
			continue;
		}
		let bound =
			meterproof_device::Slot { genesis: store.genesis(), device: of, period, direction };
		let key = store.meter_of(of).map(|(_, meter)| meter.key_for(period).public());
		for (opening, signature) in store.signed_openings_of(slot) {
			let Some(kept) = store.telegrams(&opening.commitment) else { continue };
			let signed = key.zip(signature.copied());
			rows.push(json!(Disclosed::of(&bound, opening, kept, signed)));
		}
	}
	if rows.is_empty() {
		let message = format!("the store kept no telegrams with the readings of period {period}");
		return Err(Error::new("NothingKept", message));
	}
	Ok(rows)
}

fn check(context: &Context, args: &CheckArgs) -> Result<()> {
	let path = &args.file;
	let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
	let keys = meter_keys(&args.meter_key)?;
	let checked = disclosure::check(&Zeroizing::new(text), &keys)
		.map_err(|error| Error::new(error.name(), format!("{}: {error}", path.display())))?;
	context.output.show(&json!(checked), || {
		let rows: Vec<_> = checked
			.iter()
			.map(|one| {
				vec![
					one.period.to_string(),
					one.device.to_string(),
					one.direction.to_string(),
					one.reading.to_string(),
					one.telegrams.join(", "),
					one.commitment.clone(),
					one.key.clone().unwrap_or_default(),
					one.follows.as_ref().map(shown).unwrap_or_default(),
				]
			})
			.collect();
		let headings = [
			"period",
			"device",
			"direction",
			"reading",
			"telegrams",
			"commitment",
			"signed by",
			"follows from",
		];
		let rows = table(&headings, &rows);
		format!("kept when the commitments were made:\n{rows}")
	})?;
	let left = match keys.is_empty() {
		true => {
			"left to check: that the chain recorded these commitments for these devices and keys, and \
			 what the telegrams' own signatures and registers say (for OCMF with --meter-key)"
		},
		false => {
			"the meters signed the telegrams, and the readings follow from them; left to check: that the \
			 chain recorded these commitments for these devices and keys, and that the times are those of \
			 the periods' starts and ends"
		},
	};
	context.output.remark(left);
	Ok(())
}

/// The meter, and the times between which its register moved by the reading.
fn shown(follows: &Follows) -> String {
	let Follows { meter, from_ms, to_ms } = follows;
	format!("{meter}, {} to {}", time::show(*from_ms), time::show(*to_ms))
}

/// Keys of meters, as SERIAL=KEY each.
fn meter_keys(given: &[String]) -> Result<MeterKeys> {
	let pair = |text: &String| match text.split_once('=') {
		Some((meter, key)) if !meter.is_empty() && !key.is_empty() => {
			Ok((meter.to_owned(), key.to_owned()))
		},
		_ => {
			let message = format!("\"{text}\" is not SERIAL=KEY, as in M-42=3059301306…");
			Err(Error::new("BadMeterKey", message))
		},
	};
	given.iter().map(pair).collect()
}

/// Writes openings to a file that is new and its owner's alone.
fn write(path: &Path, rows: &[Value]) -> Result<()> {
	let text = Zeroizing::new(json!(rows).to_string() + "\n");
	files::create_private(path, text.as_bytes()).map_err(|error| match error.kind() {
		ErrorKind::AlreadyExists => {
			Error::new("FileExists", format!("{}: the file exists already", path.display()))
		},
		_ => file("cannot write", path, &error),
	})
}

/// An opening as JSON; revealed it is an entry that can be imported.
fn row((device, period, direction): &Slot, opening: &Opening, reveal: bool) -> Value {
	let mut row = json!({
		"device": device,
		"period": period,
		"direction": direction,
		"commitment": format!("0x{}", hex::encode(opening.commitment)),
	});
	if reveal {
		row["reading"] = json!(opening.reading);
		row["salt"] = json!(opening.salt.map(|word| word.to_string()));
	}
	row
}

#[cfg(test)]
mod tests;
