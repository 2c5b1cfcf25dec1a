//! `market simulate`: what standing orders would have saved.

use std::{fs::File, io::BufReader};

use super::Context;
use crate::{
	cli::SimulateArgs,
	error::{file as file_error, Result},
	standing::simulation::{days::Readings, simulate, Options},
	units::parse_price,
};

pub fn run(context: &Context, args: &SimulateArgs) -> Result<()> {
	let options = Options::of(args)?;
	options.ensure_sound()?;
	let path = &args.readings;
	let file = File::open(path).map_err(|error| file_error("cannot read", path, &error))?;
	let report = simulate(&Readings::read(BufReader::new(file))?, &options)?;
	context.output.show(&report.json(), || report.text())
}

impl Options {
	/// The options that the command line has.
	fn of(args: &SimulateArgs) -> Result<Self> {
		let utility_sells = parse_price(&args.utility_sells)?;
		let utility_buys = parse_price(&args.utility_buys)?;
		let or =
			|given: &Option<String>, other: u128| given.as_deref().map_or(Ok(other), parse_price);
		Ok(Self {
			utility_sells,
			utility_buys,
			imbalance_price: or(&args.imbalance_price, utility_sells)?,
			least_price: or(&args.least_price, utility_buys)?,
			most_price: or(&args.most_price, utility_sells)?,
			days: args.days,
			seed: args.seed,
			bids: args.most_bids,
			offers: args.most_offers,
		})
	}
}
