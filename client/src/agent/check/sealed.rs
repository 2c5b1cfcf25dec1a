//! Whether sealed trades can be proved.

use subxt::utils::AccountId32;
use zeroize::Zeroizing;

use super::{
	super::{
		settling::{groups_of, GroupStatus},
		wallets::{look, wallet_passwords, NO_WALLET},
	},
	chain::SOON,
	Config, Line, State,
};
use crate::{
	chain::Chain, commands::wallet::network, error::Result, password::Passwords, types::Group,
};

/// The wallets of the configuration; and without any, whether what is sold would need one.
pub(super) async fn wallets(
	config: &Config,
	passwords: &Passwords,
	chain: &Chain,
	operators: &[[u8; 32]],
	period: u64,
) -> Vec<Line> {
	let Some(prove) = &config.prove else { return Vec::new() };
	let Some(first) = prove.wallets.first() else {
		return match sold_sealed(config, chain, operators, period).await {
			Ok(None) => Vec::new(),
			Ok(Some((group, period))) => vec![no_wallet(&group, period)],
			Err(error) => vec![Line::failed("sealed trades", &error, "ask another node")],
		};
	};
	let password = match wallet_passwords(prove, passwords).existing(first) {
		Ok(password) => password,
		Err(error) => {
			let remedy = "name the wallets' password: [prove] wallet_password_file";
			return vec![Line::failed("wallets", &error, remedy)];
		},
	};
	let mut lines = Vec::new();
	for path in &prove.wallets {
		lines.push(wallet(path, &password, chain).await);
	}
	lines
}

/// One wallet, which is open for a moment.
async fn wallet(path: &std::path::Path, password: &Zeroizing<String>, chain: &Chain) -> Line {
	let about = format!("wallet {}", path.display());
	let found = look(path, password);
	let (found, network) = match (found, network(chain).await) {
		(Ok(found), Ok(network)) => (found, network),
		(Err(error), _) => {
			let remedy = match error.name() {
				"NoWallet" => "make it with `wallet new`, or name the file that it is in",
				"WalletLocked" => "a command uses it: check again",
				"WrongPassword" => "name its password: [prove] wallet_password_file",
				_ => "name the wallet that sealed trades pay into",
			};
			let line = Line::failed(&about, &error, remedy);
			// The agent itself has it open for a moment now and then.
			return match error.name() {
				"WalletLocked" => Line { state: State::Warning, ..line },
				_ => line,
			};
		},
		(_, Err(error)) => return Line::failed(&about, &error, "ask another node"),
	};
	match *found.network() == network {
		true => Line::ok(&about, format!("sees what {} of its addresses get", found.addresses())),
		false => {
			Line::error(&about, "OtherChain: it is of another chain", "name one of this chain")
		},
	}
}

/// The first group of the configuration that has a sealed trade in a period that runs or comes soon.
async fn sold_sealed(
	config: &Config,
	chain: &Chain,
	operators: &[[u8; 32]],
	period: u64,
) -> Result<Option<(Group, u64)>> {
	let named = config.prove.as_ref().map(|prove| prove.groups()).transpose()?.unwrap_or_default();
	let groups = match named.is_empty() {
		false => named,
		true => {
			let operators: Vec<_> = operators.iter().copied().map(AccountId32).collect();
			groups_of(chain, &operators).await?.into_iter().collect()
		},
	};
	for group in groups {
		for period in period..=period.saturating_add(SOON) {
			if GroupStatus::of(chain, &group, period).await?.sealed {
				return Ok(Some((group, period)));
			}
		}
	}
	Ok(None)
}

fn no_wallet(group: &Group, period: u64) -> Line {
	Line::error(
		"sealed trades",
		format!("NoWallet: {group} in period {period}: it will expire with nothing delivered"),
		NO_WALLET,
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::parse_group;

	#[test]
	fn a_wallet_that_is_missing_is_named_with_its_group() {
		let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/electricity/export";
		let line = no_wallet(&parse_group(group).unwrap(), 7);
		assert!(line.found.starts_with("NoWallet: ") && line.found.contains(group), "{line:?}");
		assert!(line.remedy.unwrap().contains("[prove] wallets"));
	}
}
