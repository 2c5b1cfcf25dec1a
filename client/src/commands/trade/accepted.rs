//! The offer that a buyer accepts: one that it was shown before, in a file, or one of which its
//! command line names every term. The buyer signs no term that it was neither shown nor named itself.

use crate::{
	chain::Chain,
	cli::AcceptArgs,
	error::{Error, Result},
	rpc::Trade,
	seen,
};

use super::terms::{Expected, OfferTerms};

/// An offer, as far as the command line knows it.
#[derive(Debug)]
pub struct Accepted {
	id: u64,
	/// What the buyer was shown; otherwise every term is in `expected`.
	shown: Option<Trade>,
	expected: Expected,
}

impl Accepted {
	/// What the command line says: a file that has the trade (`NotShown`, `NotInFile`), or every
	/// term of an offer that is not sealed (`TermsNotNamed`).
	pub fn of(args: &AcceptArgs) -> Result<Self> {
		let (id, expected) = (args.id, Expected::of(args)?);
		let Some(path) = &args.terms else {
			return match expected.names_all() && !args.sealed {
				true => Ok(Self { id, shown: None, expected }),
				false => Err(not_named(args)),
			};
		};
		let trades: Vec<Trade> = seen::read(path, "`--json trade show`")?;
		// As it was seen last.
		let shown = trades.into_iter().rfind(|trade| trade.id == id);
		let message = || format!("{} does not show trade {id}", path.display());
		let shown = shown.ok_or_else(|| Error::new("NotInFile", message()))?;
		expected.check(&OfferTerms::of(&shown)?)?;
		Ok(Self { id, shown: Some(shown), expected })
	}

	/// The trade and its terms as they are to be signed. The node is asked only for an offer whose
	/// terms are all named, and its answer is held against them.
	pub async fn trade(self, chain: &Chain) -> Result<(Trade, OfferTerms)> {
		let trade = match self.shown {
			Some(shown) => shown,
			None => chain.rpc.trade(self.id).await?,
		};
		let terms = OfferTerms::of(&trade)?;
		self.expected.check(&terms)?;
		Ok((trade, terms))
	}
}

fn not_named(args: &AcceptArgs) -> Error {
	let id = args.id;
	let rest = match args.sealed {
		true => "",
		false => {
			", or name every term: --seller, --quantity, --max-price, --min-imbalance-price, --from \
			 and, if it is of several periods, --to"
		},
	};
	let message = format!(
		"nothing is signed of an offer that was not shown: look at it with `meterproof --json trade \
		 show {id} > offer.json` and accept what you saw with --terms offer.json{rest}"
	);
	Error::new("TermsNotNamed", message)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use serde_json::json;
	use std::{fs, path::Path};

	use crate::cli::{Cli, Command, TradeCommand};

	const SELLER: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn args(line: &str) -> AcceptArgs {
		let line = format!("meterproof trade accept {line}");
		let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
		match cli.command {
			Command::Trade(TradeCommand::Accept(args)) => args,
			other => panic!("{other:?}"),
		}
	}

	fn of(line: &str) -> std::result::Result<Accepted, String> {
		Accepted::of(&args(line)).map_err(|error| error.name().to_owned())
	}

	fn write(path: &Path, id: u64, price: &str) {
		let seller = json!({
			"operator": SELLER, "zone": 1, "resource": "electricity", "direction": "export",
		});
		let trade = json!({
			"id": id, "state": "offered", "seller": seller, "buyer": SELLER, "quantity": 1_500,
			"price": price, "imbalancePrice": "300000000", "first": 5, "last": 8,
			"payout": null, "refund": null, "sealed": null, "settledPeriods": 0,
		});
		fs::write(path, trade.to_string()).unwrap();
	}

	#[test]
	fn nothing_is_accepted_that_was_not_shown_and_is_not_named() {
		let all = format!(
			"17 --seller {SELLER}/1/electricity/export --quantity 1500 --max-price 0.25 \
			 --min-imbalance-price 0.3 --from 5 --to 8"
		);
		assert!(of(&all).unwrap().shown.is_none());
		for option in ["--seller", "--quantity", "--max-price", "--min-imbalance-price", "--from"] {
			let words: Vec<_> = all.split_whitespace().collect();
			let at = words.iter().position(|word| *word == option).unwrap();
			let mut fewer = words.clone();
			fewer.drain(at..at + 2);
			if option == "--from" {
				fewer.truncate(fewer.len() - 2);
			}
			assert_eq!(of(&fewer.join(" ")).unwrap_err(), "TermsNotNamed", "{option}");
		}
		for line in ["17", "17 --quantity 1500 --max-price 0.25"] {
			assert_eq!(of(line).unwrap_err(), "TermsNotNamed", "{line}");
		}
		// A sealed offer has an address to be named as well, which only its file has.
		let sealed = format!("{all} --sealed --wallet w");
		assert_eq!(of(&sealed).unwrap_err(), "TermsNotNamed");
	}

	#[test]
	fn what_was_shown_is_what_is_accepted() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("offer.json");
		write(&path, 17, "250000000");
		let line = format!("17 --terms {}", path.display());
		let shown = of(&line).unwrap().shown.unwrap();
		let terms = OfferTerms::of(&shown).unwrap();
		assert_eq!((terms.price, terms.quantity, terms.last), (250_000_000, 1_500, 8));

		// An offer that was shown in a file must fit the other options too.
		assert_eq!(of(&format!("{line} --max-price 0.24")).unwrap_err(), "PriceAboveLimit");
		assert_eq!(of(&format!("{line} --to 9 --from 5")).unwrap_err(), "PeriodsDiffer");
		assert_eq!(of(&line.replace("17 ", "18 ")).unwrap_err(), "NotInFile");
		fs::write(&path, "{}").unwrap();
		assert_eq!(of(&line).unwrap_err(), "NotShown");
	}
}
