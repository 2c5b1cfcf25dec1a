//! An honest proof of each statement, and where its parts are.

use crate::support;
use meterproof_programs::{
	split,
	transfer::{self, TRACE_LENGTH},
	usage::{self, Claim::AtLeast},
};
use meterproof_prover as prover;
use meterproof_verifier::{verify_split, verify_transfer, verify_usage, Reject};
use std::sync::LazyLock;
use winter_utils::Serializable;

type Verify = Box<dyn Fn(&[u8]) -> Result<(), Reject> + Send + Sync>;

/// An honest proof, made once.
pub struct Target {
	pub name: &'static str,
	pub proof: Vec<u8>,
	/// Bytes of the header.
	pub header: usize,
	/// Of the trace's Merkle tree.
	pub depth: u8,
	/// Positions that the proof system asks for.
	pub queries: u8,
	verify: Verify,
}

/// Of usage statements and of splits one with one layer of the low-degree proof and a short
/// remainder, and one that has two layers or a long remainder; of transfers the only kind there is.
pub static TARGETS: LazyLock<[Target; 5]> = LazyLock::new(|| {
	let (statement, payment) = support::transfer::payment([70, 50], [100, 15], 5);
	let transfer = Target {
		name: "transfer",
		proof: prover::transfer::prove(&statement, &payment, |_| ()).unwrap(),
		header: transfer::PARAMETERS.context(TRACE_LENGTH).to_bytes().len(),
		depth: (TRACE_LENGTH * transfer::PARAMETERS.blowup).ilog2() as u8,
		queries: transfer::PARAMETERS.queries as u8,
		verify: Box::new(move |proof| verify_transfer(&statement, proof)),
	};
	[
		usage("usage", 3, 512),
		usage("long usage", 130, 2048),
		transfer,
		split("split", 2),
		split("long split", 8),
	]
});

fn usage(name: &'static str, readings: u32, rows: usize) -> Target {
	let (statement, witness) =
		support::usage::statement(&[(AtLeast(60), (20..20 + readings).collect())]);
	assert_eq!(usage::trace_length(&statement), Ok(rows));
	let proved = prover::usage::prove(statement, &witness, |_| ()).unwrap();
	let domain = rows * usage::PARAMETERS.blowup;
	Target {
		name,
		proof: proved.proof,
		header: usage::context(rows).to_bytes().len(),
		depth: domain.ilog2() as u8,
		queries: usage::PARAMETERS.queries as u8,
		verify: Box::new(move |proof| verify_usage(&proved.statement, proof)),
	}
}

fn split(name: &'static str, count: usize) -> Target {
	let (statement, deliveries) = support::split::statement(&vec![support::split::DEAL; count]);
	let rows = split::trace_length(&statement).unwrap();
	let domain = rows * split::PARAMETERS.blowup;
	Target {
		name,
		proof: prover::split::prove(&statement, &deliveries, |_| ()).unwrap(),
		header: split::PARAMETERS.context(rows).to_bytes().len(),
		depth: domain.ilog2() as u8,
		queries: split::PARAMETERS.queries as u8,
		verify: Box::new(move |proof| verify_split(&statement, proof)),
	}
}

impl Target {
	pub fn verify(&self, proof: &[u8]) -> Result<(), Reject> {
		(self.verify)(proof)
	}

	/// The verdict on the proof with this changed.
	pub fn with(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<(), Reject> {
		let mut proof = self.proof.clone();
		change(&mut proof);
		self.verify(&proof)
	}

	pub fn layout(&self) -> Layout {
		layout(&self.proof, self.header)
	}
}

/// Where the parts of the honest proof begin, read from its own counts.
pub struct Layout {
	pub commitments: usize,
	pub trace_queries: usize,
	pub trace_merkle: usize,
	pub composition_queries: usize,
	pub composition_merkle: usize,
	pub out_of_domain: usize,
	pub layers: usize,
	/// Of the first layer.
	pub layer_merkle: usize,
	pub remainder: usize,
	pub partitions: usize,
}

fn layout(proof: &[u8], header: usize) -> Layout {
	let u16_at = |at: usize| usize::from(u16::from_le_bytes([proof[at], proof[at + 1]]));
	let u32_at = |at: usize| u32::from_le_bytes(proof[at..at + 4].try_into().unwrap()) as usize;
	let compact_at = |at: usize| {
		let length = proof[at].trailing_zeros() as usize + 1;
		let mut word = [0; 8];
		word[..length].copy_from_slice(&proof[at..at + length]);
		((u64::from_le_bytes(word) >> length) as usize, length)
	};
	let skip_list = |at: usize| {
		let (bytes, length) = compact_at(at);
		at + length + bytes
	};
	let commitments = header + 1;
	let trace_queries = commitments + 2 + u16_at(commitments);
	let trace_merkle = skip_list(trace_queries);
	let composition_queries = skip_list(trace_merkle);
	let composition_merkle = skip_list(composition_queries);
	let out_of_domain = skip_list(composition_merkle);
	let mut layers = out_of_domain + 2 + u16_at(out_of_domain);
	layers += 2 + u16_at(layers);
	let layer_merkle = layers + 1 + 4 + u32_at(layers + 1);
	let mut remainder = layers + 1;
	for _ in 0..proof[layers] {
		remainder += 4 + u32_at(remainder);
		remainder += 4 + u32_at(remainder);
	}
	let partitions = remainder + 2 + u16_at(remainder);
	assert_eq!(partitions + 1 + 8, proof.len());
	Layout {
		commitments,
		trace_queries,
		trace_merkle,
		composition_queries,
		composition_merkle,
		out_of_domain,
		layers,
		layer_merkle,
		remainder,
		partitions,
	}
}
