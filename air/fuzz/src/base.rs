//! The proofs that cases are made from.

use crate::{
	anatomy::{Anatomy, Span},
	sizes::Sizes,
};
use meterproof_fuzz_subject::{self as subject, Statement};

/// A statement and a proof to start from.
pub struct Base {
	/// What the record calls it.
	pub name: &'static str,
	/// What the statement implies.
	pub sizes: Sizes,
	/// The statement.
	pub statement: Statement,
	/// The proof.
	pub proof: Vec<u8>,
	/// The proof taken apart.
	pub anatomy: Anatomy,
	/// What each byte of the proof is.
	pub spans: Vec<Span>,
}

impl Base {
	/// A base from a statement and a well-formed proof for it.
	pub fn new(name: &'static str, statement: Statement, proof: Vec<u8>) -> Option<Self> {
		let sizes = Sizes::of(&statement)?;
		let anatomy = Anatomy::read(&proof, sizes.header().len())?;
		let (written, spans) = anatomy.write();
		(written == proof).then_some(Self { name, sizes, statement, proof, anatomy, spans })
	}

	/// A base from a proof in pieces.
	pub fn assemble(name: &'static str, statement: Statement, anatomy: Anatomy) -> Option<Self> {
		let sizes = Sizes::of(&statement)?;
		let (proof, spans) = anatomy.write();
		Some(Self { name, sizes, statement, proof, anatomy, spans })
	}
}

fn from_case(name: &'static str, bytes: &[u8]) -> Option<Base> {
	let (statement, proof) = subject::decode(bytes)?;
	Base::new(name, statement, proof.to_vec())
}

macro_rules! case {
	($name:literal) => {
		from_case($name, include_bytes!(concat!("../bases/", $name, ".bin")))
	};
}

/// The valid proofs. Of the usage statement: one group with 1,024 and 8,192 rows, all kinds of
/// public claims over several groups with 512, 1,024, 2,048 and 4,096 rows, so that every length of the
/// remainder occurs, behind one layer and behind two, and claims of hidden quantities among them
/// with 1,024. Of the transfer statement: two notes that pay two, and one that pays an account. Of
/// the split statement: three trades with 512 rows, and nine with 1,024.
///
/// # Panics
/// Panics where a file is not a proof: the statement's form has changed, and
/// `cargo run --release -p meterproof-prover --features bases --example fuzz_bases` has to make new ones.
pub fn bases() -> Vec<Base> {
	let all = [
		case!("one-group-1024"),
		case!("one-group-8192"),
		case!("mixed-512"),
		case!("mixed-1024"),
		case!("mixed-2048"),
		case!("mixed-4096"),
		case!("transfer"),
		case!("unshield"),
		case!("hidden-1024"),
		case!("split-512"),
		case!("split-1024"),
	];
	all.into_iter().collect::<Option<_>>().expect("bases of the statement's present form")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn bases_are_accepted() {
		for base in bases() {
			let result = base.statement.verify(&base.proof);
			assert_eq!(result, Ok(()), "{}: made anew?", base.name);
		}
	}
}
