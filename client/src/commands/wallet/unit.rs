//! How people write amounts of an asset.

use meterproof_wallet::wallet::Wallet;
use subxt::dynamic::At;

use crate::{
	chain::{int, Chain},
	error::Result,
	units::{parse_decimal, show_decimal, AmountError, MONEY_DECIMALS},
};

/// An asset's unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
	symbol: String,
	decimals: u32,
}

impl Unit {
	/// The unit of the chain's own token, or that of an asset as its issuer has it.
	pub async fn of(chain: &Chain, asset: u32) -> Result<Self> {
		if asset == 0 {
			return Ok(Self { symbol: "MPF".to_owned(), decimals: MONEY_DECIMALS });
		}
		let unnamed = || Self { symbol: format!("of asset {asset}"), decimals: 0 };
		let Some(found) = chain.storage("Assets", "Metadata", vec![int(asset)]).await? else {
			return Ok(unnamed());
		};
		let decimals = found.at("decimals").and_then(|value| value.as_u128());
		let decimals = decimals.and_then(|value| u32::try_from(value).ok());
		let symbol = found.at("symbol").map(text).filter(|symbol| !symbol.is_empty());
		// More decimals than any amount has digits are no unit.
		let named = decimals.filter(|decimals| *decimals <= 20).zip(symbol);
		Ok(named.map_or_else(unnamed, |(decimals, symbol)| Self { symbol, decimals }))
	}

	/// The unit of amounts that are to be paid: with the decimals that this wallet has always read
	/// them with. The wallet is to be saved afterwards.
	pub async fn of_payment(chain: &Chain, wallet: &mut Wallet, asset: u32) -> Result<Self> {
		let unit = Self::of(chain, asset).await?;
		wallet.ensure_decimals(asset, unit.decimals)?;
		Ok(unit)
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
	use crate::chain::bytes;
	use subxt::dynamic::Value;

	#[test]
	fn amounts_fit_notes() {
		let unit = Unit { symbol: "MPF".to_owned(), decimals: 12 };
		assert_eq!(unit.parse("12.5"), Ok(12_500_000_000_000));
		assert_eq!(unit.parse("18446744.073709551615"), Ok(u64::MAX));
		assert_eq!(unit.parse("18446744.073709551616"), Err(AmountError::AmountTooLarge));
		assert_eq!(unit.show(12_500_000_000_000u64), "12.5 MPF");
	}

	#[test]
	fn symbols_are_plain_letters() {
		assert_eq!(text(&bytes(b"EUR")), "EUR");
		assert_eq!(text(&Value::unnamed_composite([bytes(b"E\x1bUR")])), "EUR");
		assert_eq!(text(&bytes(b"")), "");
	}
}
