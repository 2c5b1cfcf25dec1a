//! What the chain has of the account and of the meters.

use std::{collections::BTreeMap, path::Path};

use tokio::task::JoinSet;

use super::{
	super::{intake::Known, run::signer},
	Config, Line,
};
use crate::{
	chain::{Balance, Chain},
	password::Passwords,
	proof::parse_hash,
	rpc::RegisterStatus,
	store::{Meter, Store},
	units::show_money,
};

/// Money below which a fee may soon not be paid, in the token's smallest unit: one MPF.
const LITTLE_MONEY: u128 = 1_000_000_000_000;
/// Periods until an attestation that was just made is in force, at most.
pub(super) const SOON: u64 = 3;
/// Questions at one time.
const AT_ONCE: usize = 32;

pub(super) async fn account(config: &Config, passwords: &Passwords, chain: &Chain) -> Vec<Line> {
	let signer = match signer(config, passwords) {
		Ok(None) => {
			return vec![Line::ok("account", "none: the agent commits and does not settle")]
		},
		Ok(Some(signer)) => signer,
		Err(error) => {
			let remedy =
				"name a key file that `account new` made, or a phrase file, and its password";
			return vec![Line::failed("account", &error, remedy)];
		},
	};
	let address = signer.public_key().to_account_id();
	let line = match Balance::of(chain, &address).await {
		Err(error) => Line::failed("account", &error, "ask another node"),
		Ok(Balance { free, .. }) => {
			let found = format!("{address} has {} MPF free", show_money(free));
			let remedy = format!("send it some: `account transfer --to {address} --amount 10`");
			match free {
				0 => Line::error("account", found, remedy),
				free if free < LITTLE_MONEY => Line::warning("account", found, remedy),
				_ => Line::ok("account", found),
			}
		},
	};
	let mut lines = vec![line];
	if config.prove.is_none() && config.standing.is_empty() {
		lines.push(Line::warning(
			"account",
			"an account is named, and nothing is proved",
			"add a section [prove] with contracted = \"node\", or leave the account away",
		));
	}
	lines
}

/// Which meters can commit in a period.
pub(super) async fn attested(
	chain: &Chain,
	period: u64,
	meters: &BTreeMap<String, Known>,
	store: &Store,
) -> Vec<Line> {
	let mut lines = Vec::new();
	let all: Vec<_> = meters.iter().map(|(name, known)| (name.clone(), known.device)).collect();
	let mut good = 0usize;
	for part in all.chunks(AT_ONCE) {
		let mut asked = JoinSet::new();
		for (name, device) in part.iter().cloned() {
			let rpc = chain.rpc.clone();
			asked.spawn(async move {
				let registered = rpc.device(device).await;
				let answer = rpc.register_status(device, period).await;
				let later = match &answer {
					Ok(registers) if registers.iter().any(is_not_attested) => {
						rpc.register_status(device, period.saturating_add(SOON)).await.ok()
					},
					_ => None,
				};
				(name, device, registered, answer, later)
			});
		}
		while let Some(Ok((name, device, registered, answer, later))) = asked.join_next().await {
			let meter = store.meter_named(&name).map(|(_, meter, _)| meter);
			if let (Ok(Some(registered)), Some(meter)) = (registered, meter) {
				if let Some(line) = other_key(device, &registered.key, meter) {
					lines.push(line);
					continue;
				}
			}
			let later = later.into_iter().flatten();
			let soon = later.into_iter().any(|register| register.group.is_some());
			match answer {
				Err(error) => lines.push(Line::failed(&name, &error, "ask another node")),
				Ok(registers) => {
					let refusal = registers
						.iter()
						.filter_map(|register| register.refusal.as_deref())
						.find(|name| *name != "PeriodNotStarted" && *name != "AlreadyCommitted");
					match refusal {
						None => good = good.saturating_add(1),
						Some(_) if soon => good = good.saturating_add(1),
						Some(refusal) => {
							lines.push(not_taken(&name, device, refusal, store.path()));
						},
					}
				},
			}
		}
	}
	lines.sort_by(|one, other| one.about.cmp(&other.about));
	let summary = format!("{good} of {} can commit now or within {SOON} periods", all.len());
	let summary = match lines.is_empty() {
		true => Line::ok("attestation", summary),
		false => Line::warning("attestation", summary, "see the meters below"),
	};
	lines.insert(0, summary);
	lines
}

fn is_not_attested(register: &RegisterStatus) -> bool {
	register.refusal.as_deref() == Some("DeviceNotAttested")
}

/// A line that says so where the chain has a key for the device that the store never had.
fn other_key(device: u32, registered: &str, meter: &Meter) -> Option<Line> {
	let key = parse_hash(registered).ok()?;
	let is_next = meter.next_key().is_some_and(|next| next.public() == key);
	(!meter.has_key(&key) && !is_next).then(|| {
		let signs = hex::encode(meter.newest_key().public());
		Line::error(
			meter.name(),
			format!(
				"device {device}: KeyDiffers: the chain has the key {registered}, and the store signs \
				 with 0x{signs}"
			),
			"the key was changed with another copy of the store: take that one, or its backup, for the \
			 agent",
		)
	})
}

fn not_taken(meter: &str, device: u32, refusal: &str, store: &Path) -> Line {
	let remedy = match refusal {
		"DeviceNotAttested" => format!(
			"a registrar of its zone attests it with `device attest`; that holds from the first period \
			 still open (`device show {device}`)"
		),
		"DeviceSuspended" => format!("whoever suspended it resumes it: `device resume {device}`"),
		"DeviceRetired" => {
			let store = store.display();
			format!("take it out of the store: `store remove --store {store} --meter {meter}`")
		},
		_ => format!("`device show {device}` says more"),
	};
	let found = format!("device {device}: {refusal}");
	match refusal {
		// As it should be after a swap.
		"DeviceRetired" => Line::warning(meter, found, remedy),
		_ => Line::error(meter, found, remedy),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::State, *};
	use crate::{
		store::{Facts, Salts, Secret},
		types::{Directions, Resource},
	};

	#[test]
	fn a_key_that_was_changed_elsewhere_is_told() {
		let facts = Facts {
			name: "house".to_owned(),
			metering_point: "DE0001".to_owned(),
			zone: 1,
			resource: Resource::Electricity,
			directions: Directions::Both,
			nameplate: 1_000,
		};
		let seed = Secret::new(&[1; 32]);
		let key = format!("0x{}", hex::encode(seed.key().public()));
		let meter = Meter::held(facts, seed, Salts { secret: Secret::new(&[2; 32]), period: 5 });
		assert_eq!(other_key(7, &key, &meter), None);
		let changed = format!("0x{}", hex::encode([9; 32]));
		let line = other_key(7, &changed, &meter).unwrap();
		assert_eq!((line.about.as_str(), line.state), ("house", State::Error));
		assert!(line.found.contains("KeyDiffers") && line.found.contains(&changed), "{line:?}");
	}

	#[test]
	fn what_the_chain_does_not_take_has_a_remedy() {
		for (refusal, state, remedy) in [
			("DeviceNotAttested", State::Error, "device attest"),
			("DeviceSuspended", State::Error, "device resume 7"),
			("DeviceRetired", State::Warning, "store remove --store m.store --meter house"),
		] {
			let line = not_taken("house", 7, refusal, Path::new("m.store"));
			assert_eq!(line.state, state);
			assert!(line.remedy.unwrap().contains(remedy), "{refusal}");
		}
	}
}
