//! What an account has, and what it lacks for a call.

use subxt::{
	dynamic::{At, Value},
	utils::AccountId32,
};

use super::{account, Chain};
use crate::{
	error::{Error, Result},
	units::show_money,
};

/// Errors of a call that its account cannot pay for.
const LACKING: [&str; 3] = ["FundsUnavailable", "InsufficientBalance", "NotExpendable"];
/// What the pool says of a call whose fee its account cannot pay.
const NO_FEE: &str = "Inability to pay some fees";
/// What ends a message that [`Chain::with_funds`] has explained already.
const EXPLAINED: &str = "(`account balance` shows it)";

/// What an account has, in smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
	/// What is free to be spent.
	pub free: u128,
	/// On hold: deposits, collateral, escrow, bonds.
	pub held: u128,
	/// What of it is frozen.
	pub frozen: u128,
}

impl Balance {
	/// The balance of an account in the best block. An account that does not exist has nothing.
	pub async fn of(chain: &Chain, address: &AccountId32) -> Result<Self> {
		let found = chain.storage("System", "Account", vec![account(address)]).await?;
		let field = |name: &str| -> Result<u128> {
			let Some(found) = &found else { return Ok(0) };
			let amount = found.at("data").and_then(|data| data.at(name)).and_then(Value::as_u128);
			let message = || format!("the account has no {name} balance as it should");
			amount.ok_or_else(|| Error::new("UnexpectedAnswer", message()))
		};
		Ok(Self { free: field("free")?, held: field("reserved")?, frozen: field("frozen")? })
	}
}

/// What a call takes of its account besides the fee.
#[derive(Clone, Debug)]
pub struct Needed {
	/// How much, in smallest units.
	pub amount: u128,
	/// What for.
	pub what: String,
}

impl Chain {
	/// An error, with what the account has where that does not suffice.
	pub async fn with_funds(
		&self,
		error: Error,
		address: &AccountId32,
		needed: Option<&Needed>,
	) -> Error {
		if !is_lacking(&error) {
			return error;
		}
		let has = async {
			let balance = Balance::of(self, address).await?;
			Ok::<_, Error>((balance, self.constant("Balances", "ExistentialDeposit").await?))
		};
		match has.await {
			Ok((balance, stays)) => lacking(&error, address, &balance, stays.into(), needed),
			// What has failed matters more than why the account could not be asked for.
			Err(_) => error,
		}
	}
}

fn is_lacking(error: &Error) -> bool {
	let text = error.to_string();
	let name = error.name();
	(LACKING.contains(&name) || text.contains(NO_FEE)) && !text.contains(EXPLAINED)
}

/// Says whose money does not suffice, what there is of it, and what is missing.
fn lacking(
	error: &Error,
	address: &AccountId32,
	balance: &Balance,
	stays: u128,
	needed: Option<&Needed>,
) -> Error {
	let money = |amount| format!("{} MPF", show_money(amount));
	let Balance { free, held, frozen } = *balance;
	let usable = free.saturating_sub(frozen.max(stays));
	let wants = match needed {
		None => String::new(),
		Some(Needed { amount, what }) => format!(
			"; for {what} {} are needed, of which {} are missing, and the fee comes on top of it",
			money(*amount),
			money(amount.saturating_sub(usable))
		),
	};
	let message = format!(
		"{error}; account {address} has {} free, of which {} can be used, and {} on hold{wants} \
		 {EXPLAINED}",
		money(free),
		money(usable),
		money(held)
	);
	let name = if error.to_string().contains(NO_FEE) { "FundsUnavailable" } else { error.name() };
	Error::new(name, message)
}

#[cfg(test)]
mod tests {
	use super::*;

	const MPF: u128 = 1_000_000_000_000;

	#[test]
	fn whose_money_lacks_and_how_much_is_said() {
		let error = Error::new("FundsUnavailable", "Funds are unavailable.");
		let (address, balance) =
			(AccountId32([1; 32]), Balance { free: 10 * MPF, held: 3 * MPF, frozen: 0 });
		let needed = Needed { amount: 1_000 * MPF, what: "a registrar's bond".into() };
		let told = lacking(&error, &address, &balance, MPF / 100, Some(&needed));
		assert_eq!(told.name(), "FundsUnavailable");
		let text = told.to_string();
		for words in [
			"10 MPF free",
			"9.99 MPF can be used",
			"3 MPF on hold",
			"for a registrar's bond 1000 MPF are needed",
			"990.01 MPF are",
		] {
			assert!(text.contains(words), "{text}");
		}
		assert!(text.contains(&address.to_string()), "{text}");
		assert!(!is_lacking(&told), "it is explained once");
		let pool = Error::new("InvalidTransaction", format!("Invalid Transaction: {NO_FEE}"));
		assert!(is_lacking(&pool));
		assert_eq!(lacking(&pool, &address, &balance, 0, None).name(), "FundsUnavailable");
		assert!(!is_lacking(&Error::new("GateClosed", "too late")));
	}
}
