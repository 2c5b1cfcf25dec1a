//! How people write amounts of an asset.

use std::collections::BTreeMap;

use meterproof_wallet::wallet::{Wallet, WalletError};
use subxt::dynamic::At;

use crate::{
	chain::{int, Chain},
	cli::AssetArgs,
	error::{Error, Result},
	output::Output,
	rpc::{find_asset, PaymentAsset},
	units::{parse_decimal, show_decimal, AmountError, MONEY_DECIMALS},
};

/// An asset's unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
	symbol: String,
	decimals: u32,
}

/// All assets that can be paid with, and their units.
#[derive(Default)]
pub struct Units {
	assets: Vec<PaymentAsset>,
	units: BTreeMap<u32, Unit>,
}

impl Units {
	/// Asks for all of them, so that the node does not learn which ones somebody has.
	pub async fn of_all(chain: &Chain) -> Result<Self> {
		let assets = chain.rpc.payment_assets().await?;
		let mut units = BTreeMap::new();
		for asset in &assets {
			units.insert(asset.asset, Unit::ask(chain, asset.asset).await?);
		}
		Ok(Self { assets, units })
	}

	/// What payments of an asset cost, and who must be able to read them.
	pub fn payable(&self, asset: u32) -> Result<&PaymentAsset> {
		find_asset(&self.assets, asset)
	}

	/// The unit of an asset: its own, or the smallest one where that is not known.
	pub fn of(&self, asset: u32) -> Unit {
		match self.units.get(&asset) {
			Some(unit) => unit.clone(),
			None if asset == 0 => Unit::money(),
			None => Unit::smallest(asset),
		}
	}

	/// The unit of an asset that is to be paid, and how much a person wants to pay, in smallest units.
	/// The wallet is to be saved afterwards.
	pub fn of_payment(
		&self,
		output: &Output,
		wallet: &mut Wallet,
		args: &AssetArgs,
		text: &str,
	) -> Result<(Unit, u64)> {
		let unit = self.of(args.asset);
		let unconfirmed = unit.is_unconfirmed(args.asset, wallet, args.decimals)?;
		let amount = unit.parse(text)?;
		if unconfirmed {
			let said =
				format!("by the node's word asset {} has {} decimals", args.asset, unit.decimals);
			let answer = output.ask(&format!(
				"{said}: an amount of {text} is {amount} smallest units. Pay that? (yes or no)",
			));
			if answer.as_deref() != Some("yes") {
				let message = format!("{said}; if that is right, say so with --decimals");
				return Err(Error::new("DecimalsNotConfirmed", message));
			}
		}
		wallet.ensure_decimals(args.asset, unit.decimals)?;
		Ok((unit, amount))
	}
}

impl Unit {
	/// The unit of the chain's own token.
	pub fn money() -> Self {
		Self { symbol: "MPF".to_owned(), decimals: MONEY_DECIMALS }
	}

	/// The smallest unit of an asset.
	fn smallest(asset: u32) -> Self {
		Self { symbol: format!("of asset {asset}"), decimals: 0 }
	}

	/// The unit of an asset as its issuer has it, by the node's word.
	async fn ask(chain: &Chain, asset: u32) -> Result<Self> {
		if asset == 0 {
			return Ok(Self::money());
		}
		let Some(found) = chain.storage("Assets", "Metadata", vec![int(asset)]).await? else {
			return Ok(Self::smallest(asset));
		};
		let decimals = found.at("decimals").and_then(|value| value.as_u128());
		let decimals = decimals.and_then(|value| u32::try_from(value).ok());
		let symbol = found.at("symbol").map(text).filter(|symbol| !symbol.is_empty());
		// More decimals than any amount has digits are no unit.
		let named = decimals.filter(|decimals| *decimals <= 20).zip(symbol);
		let unit = named.map(|(decimals, symbol)| Self { symbol, decimals });
		Ok(unit.unwrap_or_else(|| Self::smallest(asset)))
	}

	/// Whether these decimals are a node's word alone: neither has the wallet read amounts with them
	/// before, nor does the person name them. Refuses others than either.
	fn is_unconfirmed(&self, asset: u32, wallet: &Wallet, named: Option<u32>) -> Result<bool> {
		if let Some(named) = named.filter(|named| *named != self.decimals) {
			let message = format!(
				"by the node's word asset {asset} has {} decimals, and not {named}",
				self.decimals
			);
			return Err(Error::new("OtherDecimals", message));
		}
		match wallet.decimals(asset) {
			Some(known) if known != self.decimals => Err(WalletError::UnitChanged.into()),
			Some(_) => Ok(false),
			None => Ok(named.is_none() && asset != 0),
		}
	}

	/// An amount in smallest units, as notes can hold it.
	pub fn parse(&self, text: &str) -> Result<u64, AmountError> {
		let amount = parse_decimal(text, self.decimals)?;
		u64::try_from(amount).map_err(|_| AmountError::AmountTooLarge)
	}

	/// An amount with its unit.
	pub fn show(&self, smallest: impl Into<u128>) -> String {
		format!("{} {}", show_decimal(smallest.into(), self.decimals), self.symbol)
	}
}

/// Bytes as text that cannot deceive who reads it.
fn text(value: &subxt::dynamic::Value) -> String {
	let mut value = value;
	// A bounded vector is wrapped.
	while value.at(0).is_some_and(|inner| inner.as_u128().is_none()) {
		match value.at(0) {
			Some(inner) => value = inner,
			None => break,
		}
	}
	let bytes = (0..32).map_while(|at| u8::try_from(value.at(at)?.as_u128()?).ok());
	bytes.map(char::from).filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{chain::bytes, cli::EarlierArgs};
	use meterproof_wallet::{
		keys::Seed,
		network::{Kind, Network},
	};
	use subxt::dynamic::Value;

	#[test]
	fn amounts_fit_notes() {
		let unit = Unit { symbol: "MPF".to_owned(), decimals: 12 };
		assert_eq!(unit.parse("12.5"), Ok(12_500_000_000_000));
		assert_eq!(unit.parse("18446744.073709551615"), Ok(u64::MAX));
		assert_eq!(unit.parse("18446744.073709551616"), Err(AmountError::AmountTooLarge));
		assert_eq!(unit.show(12_500_000_000_000u64), "12.5 MPF");
	}

	/// A node says 6 decimals where there are 2: an amount of 5 would be 10,000 times as much.
	#[test]
	fn a_node_alone_does_not_say_how_much_an_amount_is() {
		let network = Network { kind: Kind::Development, genesis: [9; 32] };
		let mut wallet = Wallet::new(network, Seed::from_bytes(&[1; 32]), 0);
		let args = |asset, decimals| AssetArgs {
			asset,
			auditor: None,
			decimals,
			earlier: EarlierArgs { replace: false, beside: false },
		};
		let unit = |decimals| Unit { symbol: "EUR".into(), decimals };
		let (told, lying) = ([(0, Unit::money()), (7, unit(2))], [(7, unit(6))]);
		let [told, lying] = [told.into(), lying.into()]
			.map(|units: BTreeMap<_, _>| Units { assets: Vec::new(), units });
		let output = Output::new(true);
		let pay = |units: &Units, wallet: &mut Wallet, args: AssetArgs| {
			let paid = units.of_payment(&output, wallet, &args, "5");
			paid.map(|(_, amount)| amount).map_err(|error| error.name().to_owned())
		};
		for units in [&told, &lying] {
			let refused = pay(units, &mut wallet, args(7, None));
			assert_eq!(refused, Err("DecimalsNotConfirmed".to_owned()));
		}
		let other = Err("OtherDecimals".to_owned());
		assert_eq!(pay(&lying, &mut wallet, args(7, Some(2))), other);
		assert_eq!(pay(&told, &mut wallet, args(7, Some(2))), Ok(500));
		assert_eq!(pay(&told, &mut wallet, args(7, None)), Ok(500), "the wallet has confirmed it");
		for named in [None, Some(6)] {
			let changed = pay(&lying, &mut wallet, args(7, named));
			assert_eq!(changed, Err("UnitChanged".to_owned()));
		}
		assert_eq!(pay(&told, &mut wallet, args(0, None)), Ok(5_000_000_000_000));
		assert_eq!(pay(&told, &mut wallet, args(0, Some(2))), other);
		// An asset without a known unit is paid in smallest units, and that is confirmed as well.
		let refused = pay(&told, &mut wallet, args(8, None));
		assert_eq!(refused, Err("DecimalsNotConfirmed".to_owned()));
		assert_eq!(pay(&told, &mut wallet, args(8, Some(0))), Ok(5));
	}

	#[test]
	fn symbols_are_plain_letters() {
		assert_eq!(text(&bytes(b"EUR")), "EUR");
		assert_eq!(text(&Value::unnamed_composite([bytes(b"E\x1bUR")])), "EUR");
		assert_eq!(text(&bytes(b"")), "");
	}
}
