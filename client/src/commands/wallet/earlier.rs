//! Earlier payments that may still arrive: they are shown, and whoever pays says what becomes of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use codec::DecodeAll;
use meterproof_wallet::{
	history::{Call, Intent},
	payment::PayError,
	sent::{Earlier, Sent, Standing},
	wallet::Wallet,
};
use serde_json::{json, Value};
use subxt::utils::AccountId32;

use super::unit::Units;
use crate::{
	chain::Chain,
	cli::EarlierArgs,
	error::{Error, Result},
	output::{table, Output},
	proof::parse_bytes,
};

/// What the command line says.
pub fn named(args: EarlierArgs) -> Earlier {
	match (args.replace, args.beside) {
		(true, _) => Earlier::Replace,
		(_, true) => Earlier::Beside,
		(false, false) => Earlier::Ask,
	}
}

/// Payments that may still arrive, as far as somebody wants to know: not the calls that were refused
/// and would have paid the wallet itself.
pub fn open(wallet: &Wallet) -> impl Iterator<Item = &Sent> {
	wallet.open_payments().filter(|sent| {
		let own = sent.intent.to.as_ref().is_some_and(|to| wallet.is_own(to));
		let pays_in = sent.intent.nullifiers.is_empty();
		sent.standing == Standing::OnTheWay || !(own && pays_in)
	})
}

/// One of them, for programs.
pub fn json(wallet: &Wallet, sent: &Sent) -> Value {
	let intent = &sent.intent;
	let account = intent.unshield.map(|(account, _)| AccountId32(account));
	json!({
		"kind": kind(sent),
		"state": state(sent),
		"asset": intent.asset,
		"amount": intent.amount.to_string(),
		"fee": intent.fee.to_string(),
		"to": intent.to.as_ref().map(|to| to.to_text(wallet.network())),
		"account": account,
		"since": intent.since,
		"sent_ms": intent.sent_ms,
	})
}

fn kind(sent: &Sent) -> &'static str {
	match (sent.intent.unshield, sent.intent.nullifiers.is_empty()) {
		(Some(_), _) => "unshield",
		(None, true) => "shield",
		(None, false) => "pay",
	}
}

fn state(sent: &Sent) -> &'static str {
	match sent.standing {
		Standing::OnTheWay => "sent",
		Standing::Refused => "refused",
	}
}

/// The payments under way, of one asset or all, as a table; `None` if there are none.
pub fn list(wallet: &Wallet, units: &Units, asset: Option<u32>) -> Option<String> {
	rows(wallet, units, open(wallet), asset)
}

fn rows<'a>(
	wallet: &Wallet,
	units: &Units,
	payments: impl Iterator<Item = &'a Sent>,
	asset: Option<u32>,
) -> Option<String> {
	let of_asset = |sent: &&Sent| asset.is_none_or(|asset| sent.intent.asset == asset);
	let row = |sent: &Sent| {
		let intent = &sent.intent;
		let to = match (&intent.to, intent.unshield) {
			(Some(to), _) => to.to_text(wallet.network()),
			(None, Some((account, _))) => AccountId32(account).to_string(),
			(None, None) => "-".to_owned(),
		};
		let amount = units.of(intent.asset).show(intent.amount);
		let state = match (sent.arrived, sent.standing) {
			(Some(_), _) => "arrived",
			(None, Standing::OnTheWay) => "sent",
			(None, Standing::Refused) => "refused, by the node's word",
		};
		vec![kind(sent).into(), amount, to, ago(intent.sent_ms), state.into()]
	};
	let rows: Vec<_> = payments.filter(of_asset).map(row).collect();
	(!rows.is_empty()).then(|| table(&["what", "amount", "to", "sent", "state"], &rows))
}

fn ago(sent_ms: u64) -> String {
	let sent = UNIX_EPOCH.checked_add(Duration::from_millis(sent_ms));
	let since = sent.and_then(|sent| SystemTime::now().duration_since(sent).ok());
	match since.map(|since| since.as_secs()) {
		Some(seconds @ 0..120) => format!("{seconds} s ago"),
		Some(seconds @ 120..7_200) => format!("{} min ago", seconds / 60),
		Some(seconds @ 7_200..172_800) => format!("{} h ago", seconds / 3_600),
		Some(seconds) => format!("{} days ago", seconds / 86_400),
		None => "-".to_owned(),
	}
}

/// What is shown of payments before somebody is asked about them: nothing where nobody is there to be
/// asked, since what somebody pays is in no log.
fn shown(
	is_attended: bool,
	heading: &str,
	rows: impl FnOnce() -> Option<String>,
) -> Option<String> {
	let rows = is_attended.then(rows).flatten()?;
	Some(format!("{heading}:\n{rows}"))
}

/// Shows a person what may still arrive, and asks what becomes of it.
pub fn ask(
	output: &Output,
	wallet: &Wallet,
	units: &Units,
	asset: u32,
	named: Earlier,
) -> Result<Earlier> {
	let open = || list(wallet, units, Some(asset));
	if let Some(open) = shown(output.is_attended(), "sent before, and may still arrive", open) {
		output.remark(&open);
	}
	if named != Earlier::Ask {
		return Err(PayError::EarlierPaymentOpen.into());
	}
	let question =
		"Pay in its place, so that only one of the two can arrive (replace), as well as \
	                it (beside), or not at all (no)?";
	match output.ask(question).as_deref() {
		Some("replace") => Ok(Earlier::Replace),
		Some("beside") => Ok(Earlier::Beside),
		_ => Err(PayError::EarlierPaymentOpen.into()),
	}
}

/// Shows a person what has arrived although only an error was heard of it, and asks whether to go on.
pub fn ask_of_arrived(
	output: &Output,
	wallet: &mut Wallet,
	units: &Units,
	asset: u32,
) -> Result<()> {
	let arrived = || rows(wallet, units, wallet.arrived_unseen(), Some(asset));
	if let Some(arrived) = shown(output.is_attended(), "arrived meanwhile", arrived) {
		output.remark(&arrived);
	}
	match output.ask("Pay once more all the same? (yes or no)").as_deref() {
		Some("yes") => {
			wallet.told_all(Some(asset));
			Ok(())
		},
		_ => Err(PayError::EarlierPaymentArrived.into()),
	}
}

/// An error of a payment that was sent and may arrive all the same.
pub fn on_its_way(error: Error) -> Error {
	let error = own_on_its_way(error);
	let replace = "`--replace` sends it once more so that only one of the two can arrive";
	Error::new(error.name(), format!("{error}. {replace}"))
}

/// The same of an account's money that becomes notes of the wallet's own: nothing takes its place.
pub fn own_on_its_way(error: Error) -> Error {
	let message = format!(
		"{error}; what was sent may be on its way all the same: look at `wallet history` before you pay \
		 again"
	);
	Error::new(error.name(), message)
}

/// The nonce that an account's call with this intent is signed with in the place of earlier ones, of
/// which one at most can then enter the chain. `next` is the account's nonce by the final block up to
/// which the wallet has scanned: of calls with a lower one those that have not arrived never will, by
/// the node's word.
pub fn nonce_of_replaced(
	wallet: &Wallet,
	intent: &Intent,
	account: [u8; 32],
	next: u64,
) -> Result<u64> {
	let earlier = wallet.concerned(&intent.aim(), Earlier::Replace);
	let calls: Vec<_> = earlier.iter().filter_map(|sent| sent.intent.call).collect();
	let is_used = |call: &Call| call.account == account && call.nonce < next;
	let mut open: Vec<_> = calls.iter().filter(|call| !is_used(call)).collect();
	open.sort_unstable_by_key(|call| call.nonce);
	open.dedup();
	match open[..] {
		[call] if call.account == account => Ok(call.nonce),
		[] if calls.is_empty() => {
			let message = "no earlier call may still arrive: `wallet history` shows what has";
			Err(Error::new("NothingToReplace", message))
		},
		[] => {
			let message =
				"by the node's word another call of the account has taken the nonce of the earlier one, \
				 which never arrives then: look with another node, and pay with `--beside` if that says \
				 the same";
			Err(Error::new("NothingToReplace", message))
		},
		_ => {
			let message =
				"earlier calls that may still arrive are several, or another account's: one call \
				 does not replace them (`wallet history` shows them)";
			Err(Error::new("EarlierPaymentOpen", message))
		},
	}
}

/// An account's nonce after the final block up to which the wallet has scanned.
pub async fn nonce_at_scan(chain: &Chain, wallet: &Wallet, account: [u8; 32]) -> Result<u64> {
	let scanned = wallet.scanned().ok_or(PayError::NeverScanned)?;
	let text = |bytes: [u8; 32]| json!(format!("0x{}", hex::encode(bytes)));
	let params = vec![json!("AccountNonceApi_account_nonce"), text(account), text(scanned.hash)];
	let answer = chain.rpc.raw("state_call", params).await?;
	nonce_of(&answer)
}

fn nonce_of(answer: &Value) -> Result<u64> {
	let bytes = parse_bytes(answer.as_str().unwrap_or_default()).ok();
	let nonce = bytes.and_then(|bytes| u32::decode_all(&mut &bytes[..]).ok());
	let message = "AccountNonceApi_account_nonce answered no nonce";
	nonce.map(u64::from).ok_or_else(|| Error::new("UnexpectedAnswer", message))
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_wallet::{
		keys::Seed,
		network::{Kind, Network},
	};

	fn wallet() -> Wallet {
		let network = Network { kind: Kind::Development, genesis: [9; 32] };
		Wallet::new(network, Seed::from_bytes(&[1; 32]), 0)
	}

	fn shield(wallet: &Wallet, to: u32, account: u8, nonce: u64) -> Intent {
		Intent {
			asset: 0,
			amount: 5,
			to: Some(wallet.address_key(to).address()),
			nullifiers: Vec::new(),
			outputs: [[1; 32], [2; 32]],
			since: 7,
			sent_ms: 0,
			anchor: 0,
			fee: 0,
			unshield: None,
			call: Some(Call { account: [account; 32], nonce }),
		}
	}

	#[test]
	fn a_replacement_has_the_nonce_of_what_it_replaces() {
		let mut alice = wallet();
		let nonce = |wallet: &Wallet, account: u8, asset, next| {
			let mut intent = shield(wallet, 4, account, 0);
			intent.asset = asset;
			let nonce = nonce_of_replaced(wallet, &intent, [account; 32], next);
			nonce.map_err(|error| error.name().to_owned())
		};
		let (several, nothing) =
			(Err("EarlierPaymentOpen".to_owned()), Err("NothingToReplace".to_owned()));
		assert_eq!(nonce(&alice, 5, 0, 7), nothing);
		for _ in 0..2 {
			alice.sending(shield(&alice, 3, 5, 7));
			assert_eq!(nonce(&alice, 5, 0, 7), Ok(7));
		}
		assert_eq!(nonce(&alice, 6, 0, 7), several);
		assert_eq!(nonce(&alice, 6, 0, 8), several, "another account's nonce says nothing");
		assert_eq!(nonce(&alice, 5, 1, 7), nothing);
		// Another call has the nonce: signed with it, a replacement would be refused for ever.
		assert_eq!(nonce(&alice, 5, 0, 8), nothing);
		alice.sending(shield(&alice, 3, 5, 8));
		assert_eq!(nonce(&alice, 5, 0, 7), several);
		assert_eq!(nonce(&alice, 5, 0, 8), Ok(8), "the one that remains");
		let beside = shield(&alice, 4, 5, 9);
		alice.sending_with(beside, Earlier::Beside);
		assert_eq!(nonce(&alice, 5, 0, 7), Ok(9), "the others were answered for");
	}

	#[test]
	fn a_nonce_is_four_bytes() {
		assert_eq!(nonce_of(&json!("0x07010000")).unwrap(), 263);
		for wrong in [json!("0x0701"), json!("0x0701000000"), json!("7"), json!(7), json!(null)] {
			assert_eq!(nonce_of(&wrong).unwrap_err().name(), "UnexpectedAnswer", "{wrong}");
		}
	}

	#[test]
	fn what_may_still_arrive_is_listed() {
		let mut alice = wallet();
		let (own, other) = (shield(&alice, 0, 5, 7), shield(&alice, 3, 5, 8));
		alice.sending(own.clone());
		alice.sending(other);
		let listed =
			|wallet: &Wallet| open(wallet).map(|sent| json(wallet, sent)).collect::<Vec<_>>();
		let all = listed(&alice);
		assert_eq!(all.len(), 2);
		assert_eq!((&all[1]["kind"], &all[1]["state"]), (&json!("shield"), &json!("sent")));
		assert_eq!((&all[1]["amount"], &all[1]["since"]), (&json!("5"), &json!(7)));
		alice.refused(&own);
		assert_eq!(listed(&alice).len(), 1, "what stays one's own is of no concern");
	}

	#[test]
	fn a_script_is_refused_and_told_nothing() {
		let mut alice = wallet();
		alice.sending(shield(&alice, 3, 5, 7));
		for named in [Earlier::Ask, Earlier::Replace] {
			let answer = ask(&Output::new(true), &alice, &Units::default(), 0, named);
			assert_eq!(answer.unwrap_err().name(), "EarlierPaymentOpen");
		}
		let open = || list(&alice, &Units::default(), Some(0));
		assert_eq!(shown(false, "sent", open), None, "nobody is there");
		let told = shown(true, "sent", open).unwrap();
		assert!(told.starts_with("sent:\n") && told.contains("mpaydev"), "{told}");
		assert_eq!(shown(true, "sent", || list(&alice, &Units::default(), Some(1))), None);
	}

	#[test]
	fn a_script_does_not_pay_what_has_arrived() {
		let answer = ask_of_arrived(&Output::new(true), &mut wallet(), &Units::default(), 0);
		assert_eq!(answer.unwrap_err().name(), "EarlierPaymentArrived");
	}

	#[test]
	fn an_error_on_the_way_keeps_its_name_and_warns() {
		let error = on_its_way(Error::new("NodeBehind", "the node is behind"));
		assert_eq!(error.name(), "NodeBehind");
		let text = error.to_string();
		assert!(text.starts_with("the node is behind; ") && text.contains("--replace"), "{text}");
		let own = own_on_its_way(Error::new("NodeBehind", "the node is behind"));
		assert_eq!(own.name(), "NodeBehind");
		let text = own.to_string();
		assert!(text.contains("on its way") && !text.contains("--replace"), "{text}");
	}
}
