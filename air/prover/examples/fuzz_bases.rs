//! Writes the proofs that `air/fuzz` starts from, in `air/fuzz/bases`: one group, for 1,024 and 8,192
//! rows; all kinds of claims over several groups, for 512, 1,024, 2,048 and 4,096 rows; hidden quantities among them; notes that pay
//! notes, and an account; trades that are split, for 512 and 1,024 rows. Run it after a change of a
//! statement: `usage`, `hidden`, `transfer`, `split`, or all if none is named.
//!
//! `cargo run --release -p meterproof-prover --example fuzz_bases [STATEMENT]`

use meterproof_programs::{
	commitment::{commit, commit_reading, Tag},
	note::Note,
	seal::key_commitment,
	split::{self, Share, Split},
	transfer::{self, Public},
	usage::{self, trace_length, Claim, Direction, Group, Resource, Slot, Statement},
};
use meterproof_prover::{
	split::Delivery,
	transfer::{random_digest, Payment, Spend},
	usage::{prove, GroupWitness, Opening},
};
use meterproof_verifier::{verify_split, verify_transfer, verify_usage};
use std::path::Path;

const PERIOD: u64 = 900_001;

/// One group: its number says what is claimed.
fn group(number: u32, readings: u32) -> (Group, GroupWitness) {
	let direction = Direction::ALL[usize::from(number.is_multiple_of(2))];
	let (slots, openings): (Vec<_>, Vec<_>) = (0..readings)
		.map(|i| {
			let (device, reading) = (number * 10_000 + 7 * i, 20 + number + 3 * i);
			let salt = [u64::from(device), u64::from(number), 5, 11];
			let commitment = commit_reading(reading, device, PERIOD, direction.number(), &salt);
			(Slot { device, commitment }, Opening { reading, salt })
		})
		.unzip();
	let sum: u64 = openings.iter().map(|opening| u64::from(opening.reading)).sum();
	let claim = match number % 3 {
		0 => Claim::AtLeast(sum - 10),
		1 => Claim::AtMost(sum + 1_000),
		_ => Claim::Exactly(sum),
	};
	let group = Group {
		operator: [number as u8 + 1; 32],
		zone: number,
		direction,
		claim,
		slots,
		slack_commitment: [0; 32],
	};
	(group, GroupWitness { openings })
}

/// The statement, its length in front of it, then the proof.
fn write(name: &str, statement: &[u8], proof: &[u8]) {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/bases");
	let length = u32::try_from(statement.len()).expect("a short statement");
	let case = [&length.to_le_bytes(), statement, proof].concat();
	std::fs::write(folder.join(format!("{name}.bin")), case).expect("a writable folder");
}

fn usage() {
	for (rows, readings) in [(1_024, 117), (8_192, 1_013)] {
		prove_usage(&format!("one-group-{rows}"), rows, vec![group(0, readings)]);
	}
	for (rows, groups, readings) in [(512, 3, 17), (1_024, 6, 17), (2_048, 9, 24), (4_096, 12, 38)]
	{
		let groups = (0..groups).map(|number| group(number, readings)).collect();
		prove_usage(&format!("mixed-{rows}"), rows, groups);
	}
}

fn prove_usage(name: &str, rows: usize, groups: Vec<(Group, GroupWitness)>) {
	let (groups, witness): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
	let statement =
		Statement { genesis: [0xc3; 32], period: PERIOD, resource: Resource::Water, groups };
	assert_eq!(trace_length(&statement), Ok(rows));
	let proved = prove(statement, &witness, |_| ()).expect("an honest witness");
	verify_usage(&proved.statement, &proved.proof).expect("an honest proof");
	write(name, &usage::encode(&proved.statement), &proved.proof);
}

/// Claims of every kind, and of a hidden quantity in each other group.
fn hidden() {
	let (mut groups, mut witness): (Vec<_>, Vec<_>) =
		(0..6).map(|number| group(number, 15)).unzip();
	for (group, witness) in groups.iter_mut().zip(&mut witness).step_by(2) {
		let sum: u32 = witness.openings.iter().map(|opening| opening.reading).sum();
		let salt = [u64::from(sum), u64::from(group.zone), 6, 13];
		let quantity = sum - group.zone;
		let direction = group.direction.number();
		let commitment = commit(Tag::Quantity, quantity, 0, PERIOD, direction, &salt);
		group.claim = Claim::AtLeastHidden(commitment);
		witness.openings.push(Opening { reading: quantity, salt });
	}
	prove_usage("hidden-1024", 1_024, groups.into_iter().zip(witness).collect());
}

/// Of a trade each: all, nothing and some of it delivered.
fn split() {
	let random = || random_digest().expect("randomness");
	for (rows, trades) in [(512, 3), (1_024, 9)] {
		let (splits, deliveries) = (0..trades)
			.map(|number| {
				let (quantity, rate) = (2_000 + number, 70_000_000 + u64::from(number));
				let delivered = quantity * (number % 3) / 2;
				let delivery =
					Delivery::new(delivered, (number % 2) as u8, random()).expect("randomness");
				let mut split = Split {
					trade: u64::from(number) + 40,
					quantity,
					rate,
					key_commitment: key_commitment(&delivery.key).expect("canonical"),
					quantity_commitment: delivery.quantity_commitment(PERIOD),
					payout: Share { owner: random(), note: [0; 32] },
					refund: Share { owner: random(), note: [0; 32] },
					ciphertexts: [number as u8; 32],
				};
				let notes = delivery.notes(0, PERIOD, &split).expect("canonical");
				[split.payout.note, split.refund.note] =
					notes.map(|note| note.commitment().expect("canonical"));
				(split, delivery)
			})
			.unzip::<_, _, Vec<_>, Vec<_>>();
		let statement = split::Statement { genesis: [0xc3; 32], period: PERIOD, asset: 0, splits };
		assert_eq!(split::trace_length(&statement), Ok(rows));
		let proof = meterproof_prover::split::prove(&statement, &deliveries, |_| ());
		let proof = proof.expect("honest deliveries");
		verify_split(&statement, &proof).expect("an honest proof");
		write(&format!("split-{rows}"), &split::encode(&statement), &proof);
	}
}

/// What is spent is one note and a dummy.
fn transfer() {
	let random = || random_digest().expect("randomness");
	let made = |amount| Note { asset: 7, amount, owner: random(), randomness: random() };
	let spend = |amount| {
		let mut spend = Spend::dummy().expect("randomness");
		(spend.amount, spend.dummy) = (amount, amount == 0);
		spend
	};
	let to = [0x2b; 32];
	for (name, spends, outputs, public) in [
		("transfer", [spend(90), spend(0)], [60, 25], Public::Transfer { fee: 5 }),
		("unshield", [spend(0), spend(1 << 40)], [1, 0], {
			Public::Unshield { to, amount: (1 << 40) - 8, fee: 7 }
		}),
	] {
		let payment = Payment { asset: 7, spends, outputs: outputs.map(made) };
		let real = payment.spends.iter().find(|spend| !spend.dummy).expect("one is real");
		let statement = transfer::Statement {
			genesis: [0xc3; 32],
			asset: 7,
			root: real.root(7).expect("canonical"),
			nullifiers: payment.nullifiers().expect("canonical"),
			outputs: payment.commitments().expect("canonical"),
			ciphertexts: [0xd4; 32],
			public,
		};
		let proof = meterproof_prover::transfer::prove(&statement, &payment, |_| ());
		let proof = proof.expect("an honest payment");
		verify_transfer(&statement, &proof).expect("an honest proof");
		write(name, &transfer::encode(&statement), &proof);
	}
}

fn main() {
	match std::env::args().nth(1).as_deref() {
		Some("usage") => usage(),
		Some("hidden") => hidden(),
		Some("transfer") => transfer(),
		Some("split") => split(),
		None => {
			usage();
			hidden();
			transfer();
			split();
		},
		Some(other) => panic!("there is no statement {other}"),
	}
}
