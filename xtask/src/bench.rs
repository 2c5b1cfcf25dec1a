//! `cargo xtask bench`.

mod abuse;
mod commitments;
mod market;
mod payments;
mod proofs;
mod usage;
mod weights;

use anyhow::{bail, Result};

const SUBJECTS: &str =
	"`bench usage`, `bench payments`, `bench proofs`, `bench market`, `bench commitments`, `bench abuse` or \
	 `bench weights`";

/// The task.
pub fn run(given: &[String]) -> Result<()> {
	match given.split_first() {
		Some((subject, rest)) if subject == "usage" => usage::run(rest),
		Some((subject, rest)) if subject == "payments" => payments::run(rest),
		Some((subject, rest)) if subject == "proofs" => proofs::run(rest),
		Some((subject, rest)) if subject == "market" => market::run(rest),
		Some((subject, rest)) if subject == "commitments" => commitments::run(rest),
		Some((subject, rest)) if subject == "abuse" => abuse::run(rest),
		Some((subject, rest)) if subject == "weights" => weights::run(rest),
		Some((subject, _)) => bail!("there is no benchmark `{subject}`: {SUBJECTS}"),
		None => bail!("which benchmark? {SUBJECTS}"),
	}
}
