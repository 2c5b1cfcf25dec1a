//! What becomes of a bond: `validator raise-bond`, `validator leave`, `validator withdraw`.

use serde_json::json;

use super::{
	eras::Eras,
	refused::{ensure_funds, ensure_may_withdraw},
	Context,
};
use crate::{
	chain::{account as account_value, amount, call, int, Balance},
	error::{Error, Result},
	rpc::BondState,
	units::{parse_money, show_money},
};

fn unexpected(event: &str) -> Error {
	Error::new("UnexpectedEvent", format!("the block has no Validators.{event} event as it should"))
}

pub async fn raise(context: &Context, by: &str) -> Result<()> {
	let by = parse_money(by)?;
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let existential = chain.constant("Balances", "ExistentialDeposit").await?;
	ensure_funds(Balance::of(&chain, &account).await?, by, existential.into())?;
	let included = chain.submit(&signer, &call("Validators", "raise_bond", vec![int(by)])).await?;
	let events = included.events("Validators", "BondRaised")?;
	let bond = events.first().and_then(|event| amount(event, "bond"));
	let bond = bond.ok_or_else(|| unexpected("BondRaised"))?;
	let result = json!({ "account": account, "by": by.to_string(), "bond": bond.to_string() });
	context.output.show(&result, || format!("the bond of {account} is {} MPF", show_money(bond)))
}

pub async fn leave(context: &Context) -> Result<()> {
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let included = chain.submit(&signer, &call("Validators", "leave", vec![])).await?;
	let free_from = included.number("Validators", "Left", "free_from")?;

	let set = chain.rpc.validator_set().await?;
	let eras = Eras::ask(&chain, &set).await?;
	let bond = chain.rpc.bond(&account).await?;
	// Whoever is neither elected nor in the set has nothing to go on with.
	let validates = bond.is_some_and(|bond| bond.state == BondState::Leaving);
	let until = validates.then(|| eras.open());
	let result = json!({
		"account": account,
		"era": eras.now(),
		"validatesUntilEra": until,
		"validatesForSeconds": until.map(|era| eras.seconds_until(era)),
		"freeFrom": free_from,
		"freeInSeconds": eras.seconds_until(free_from),
	});
	context.output.show(&result, || {
		let duty = match until {
			Some(era) => {
				format!("its node has to go on until the beginning of {}", eras.when(era))
			},
			None => "it is in no session that is planned, and its node may stop".to_owned(),
		};
		format!(
			"{account} is no candidate any more\n{duty}\nits bond is free from {}: then \
			 `validator withdraw` gives it back",
			eras.when(free_from)
		)
	})
}

pub async fn withdraw(context: &Context, address: Option<&str>) -> Result<()> {
	let signer = context.signer()?;
	let account = context.address(address)?;
	let chain = context.chain().await?;
	let set = chain.rpc.validator_set().await?;
	let eras = Eras::ask(&chain, &set).await?;
	let bond = chain.rpc.bond(&account).await?;
	if let Err(refused) = ensure_may_withdraw(&set, bond.as_ref(), &account, &eras) {
		return Err(refused.explained(&chain).await);
	}
	let withdraw = call("Validators", "withdraw", vec![account_value(&account)]);
	let included = chain.submit(&signer, &withdraw).await?;
	let events = included.events("Validators", "Withdrawn")?;
	let bond = events.first().and_then(|event| amount(event, "bond"));
	let bond = bond.ok_or_else(|| unexpected("Withdrawn"))?;
	let result = json!({ "account": account, "bond": bond.to_string() });
	context.output.show(&result, || format!("{account} has {} MPF back", show_money(bond)))
}

pub async fn purge_keys(context: &Context) -> Result<()> {
	let signer = context.signer()?;
	let account = signer.public_key().to_account_id();
	let chain = context.chain().await?;
	let before = Balance::of(&chain, &account).await?;
	chain.submit(&signer, &call("Validators", "purge_keys", vec![])).await?;
	let after = Balance::of(&chain, &account).await?;
	let freed = before.held.saturating_sub(after.held);
	let result = json!({ "account": account, "freed": freed.to_string() });
	context.output.show(&result, || {
		format!("{account} has no session keys any more, and {} MPF back", show_money(freed))
	})
}
