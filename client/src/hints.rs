//! What to do about an error of the chain, where its pallet's own words do not say.

/// The next step after an error.
pub fn next_step(pallet: &str, error: &str) -> Option<&'static str> {
	Some(match (pallet, error) {
		("Devices", "BondLocked") => {
			"it is held for what the registrar may have done: its leaving said until which period"
		},
		("Devices", "AlreadyAttested") => "`device show` says by whom",
		("Devices", "DepositLocked") => {
			"deposits come free when the device is retired or handed over and the periods before \
			 that are final: ask again then"
		},
		("Devices", "FactsDiffer") => {
			"the device was changed meanwhile, or is another one than is meant: look at `device \
			 show`, and try again if what stands there is right"
		},
		("Devices", "KeyDiffers") => {
			"its key was rotated meanwhile, or it is another device than is meant: look at `device \
			 show`, and try again if it is the right one"
		},
		("Devices", "KeyTaken") => "every meter has a key of its own: let the meter make another",
		("Devices", "MeteringPointTaken") => {
			"a registrar replaces a device at its metering point with `device swap`"
		},
		("Devices", "MeteringPointsDiffer") => {
			"compare the two with `device show`; register the new one as the old one is, and as its \
			 operator"
		},
		("Devices", "NotAttested") => "a registrar of its zone attests it with `device attest`",
		("Devices", "NotOffered") => "its operator offers it with `device offer-transfer`",
		("Devices", "NotRegistrar") => "`registrar list` shows those of a zone",
		("Devices", "OwnDevice") => "ask another registrar of the zone",
		("Devices", "SuspendedByOther") => "ask a registrar of its zone to resume it",
		("Devices" | "Settlement" | "Book", "TooManyPendingChanges")
		| ("Devices", "GroupHistoryFull") => {
			"wait until periods of earlier changes are final, and try again"
		},
		("Devices", "UnknownDevice") => "`device list` shows an operator's devices",
		("Book", "BackstopStanding") => {
			"dismiss it with `market backstop dismiss` or `gov propose --dismiss-backstop`, and appoint \
			 another one when the periods that it has posted prices for are final"
		},
		("Book", "BookFull") => {
			"`market book` shows its orders: a limit that is strictly better than the worst one's takes \
			 that one's place"
		},
		("Book", "Dust") => {
			"a period of an order is worth 0.001 MPF at least: name a larger quantity, or a higher price"
		},
		("Book", "EvidenceTooLow") => {
			"`market book` shows what is demanded, and `device list` what the devices have: a registrar \
			 attests them on better evidence, or they sell by `trade offer`"
		},
		("Book", "ExchangeClosed") => {
			"an upgrade runs or is repaired, or safe mode is on, which `gov status` shows: ask again \
			 after it"
		},
		("Book", "FundBound") => {
			"`market backstop show` says how much is spare: more is when periods have ended, or are \
			 final where excess is bought"
		},
		("Book", "FundTooLow") => {
			"`market backstop fund` adds to it, or post smaller quantities"
		},
		("Book", "FundedTooLate") => {
			"add to it when the book that is locked or waits, as `market book` shows, has been cleared"
		},
		("Book", "GateOpen") => "`market book` shows when it closes; books are cleared after that",
		("Book", "IsBackstop") => "what it buys and sells there it posts, with `market backstop post`",
		("Book", "NoBackstop") => {
			"look whether --zone and --resource are right; governance appoints one, with `gov propose \
			 --appoint-backstop`"
		},
		("Book", "NotBackstop") => "`market backstop show` says whose it is",
		("Book", "NoBuyingPrice") => "name --buy-price and --buy-quantity, or no --excess-quantity",
		("Book", "NotBetter") => "a bid is improved by a higher price, an offer by a lower one",
		("Book", "NothingToClaim") => "`market orders` shows what is owed",
		("Book", "NothingToClear") => "`market clearing` shows how it was cleared",
		("Book", "OrderLocked") => {
			"it can still be improved until the gate closes, and what is not filled of it comes free then"
		},
		("Book", "OrdersStanding") => {
			"its orders go first: `market cancel`, or wait until their books are cleared"
		},
		("Book", "PriceAboveCeiling") => "`market backstop show` says the ceiling",
		("Book", "PricesCross") => "lower what it buys for, or raise what it sells for",
		("Book", "RangeTooLong") => "place several orders, one after the other",
		("Book", "TermsFixed") => "`period` shows the first period that is open: post from a later one on",
		("Book", "TooFarAhead") => "place it later: `period` shows the first period that is open",
		("Book", "TooManyOrders") => {
			"`market orders` shows them: cancel some, or wait until their books are cleared"
		},
		("Book", "TooManyOwnOrders") => "`market orders` shows them: improve one, or cancel it first",
		("Book", "UnknownClearing") => "`market book` shows where the book stands",
		("Book", "UnknownOrder" | "NotOwner" | "OrderNotStanding") => {
			"`market orders` shows an account's orders and the periods in which they stand"
		},
		("Book", "UnknownZone") => {
			"nobody can deliver there: look whether --zone is right; `registrar list` shows those of a \
			 zone"
		},
		("ConvictionVoting", "NotOngoing") => "`gov status` shows which referenda go on",
		("ConvictionVoting", "InsufficientFunds") => {
			"an account votes with what it has: `account balance` shows that"
		},
		("ConvictionVoting", "ClassNeeded" | "NotVoter") => "`gov votes` shows the account's votes",
		("Governance", "HasTrades") => {
			"vote with another account, or when what it bought and sold is settled"
		},
		("Governance", "AlreadyVoted") => "`gov vote --replace` puts another vote in its place",
		("Referenda", "HasDeposit") => "it was put down already: votes decide",
		("Referenda", "Unfinished") => "`gov status` shows where it stands",
		("Treasury", "InvalidIndex") => "it was paid, or there never was one of this number",
		("Sudo", "RequireSudo") => {
			"where no account may act as root, a referendum decides: `gov propose`"
		},
		("Market", "AboveNameplate") => "`device list` shows the devices and their nameplates",
		("Market" | "Book", "GateClosed") => "`period` shows the first period that is open",
		("Market", "NotOffered") => "`trade list` shows where it stands",
		("Market", "NothingToClaim") => "`trade claimable` shows what waits",
		("Market" | "Book", "PayeeNotPayable") => {
			"send the payee enough that its account exists and can take the payout, and claim again"
		},
		("Market", "RegistrarNotAccepted") => {
			"name every registrar that attested the seller's devices, or none to trust all of the \
			 zone"
		},
		("Market", "EvidenceTooLow") => {
			"`trade show` gives the lowest grade among the seller's devices: accept with a lower \
			 --least-evidence, or not at all"
		},
		("Market" | "Settlement" | "Book", "RetentionRunning") => "it goes by itself when it is due",
		("Market", "GroupFull") => "sell in other periods, or when others' orders have gone",
		("Market", "GroupSealed" | "GroupTraded") => {
			"a sealed trade is alone with its devices, register and period: choose another period"
		},
		("Market", "UseAllotted") => {
			"`water status` shows the zone's season: what is not used of an allocation is passed on with \
			 `water offer`"
		},
		("Market", "QuantityAboveSealed" | "AmountAboveSealed") => {
			"offer less, or in several periods, or leave --sealed away"
		},
		("Market", "SealedTrade") => "accept it with --sealed and --wallet",
		("Market", "TradeNotSealed") => "accept it without --sealed",
		("Market", "TermsDiffer") => {
			"the number belongs to another offer now: look at `trade show`, and accept it again only \
			 if that is what you want"
		},
		("Market" | "Book", "ImbalancePriceAboveLimit") => {
			"the zone's imbalance price has risen: offer again, or with a higher \
			 --max-imbalance-price"
		},
		("Market", "TradeNotFinished") => {
			"settle its last periods, and claim what `trade claimable` shows"
		},
		("Market", "NoteOwnerNotPayable" | "AmountAboveNote") => {
			"name another payment address, or none to be paid on the account"
		},
		("Payments", "UnknownAsset") => "`payments_assets` lists what can be paid with",
		("Payments", "UnknownRoot") => {
			"the node was behind while the payment was made: wait for its next blocks, and pay again"
		},
		("Payments", "InsufficientFunds") => {
			"`account balance` shows what is free; some of it must stay on the account"
		},
		("Payments", "WrongFee") => "pay again: the fee has changed meanwhile",
		("Settlement", "NoDevices") => {
			"name the zone, resource and direction of attested devices of the account"
		},
		("Settlement", "NotAllCommitted") => {
			"wait for the other meters or for the cut-off, which `period` shows"
		},
		("Settlement", "NotEntitled") => {
			"claim the whole contracted quantity, or let the operator name the account with \
			 `settlement name-prover` before the gate closes"
		},
		("Settlement", "ClaimAboveContracted") => {
			"claim what is contracted: the zone has no backstop that buys more in the period"
		},
		("Settlement", "NotSealed") => "prove it without --sealed",
		("Settlement", "RegistrarNotAccepted") => {
			"the buyer does not accept who attested the devices: nothing counts as delivered, and an \
			 open proof would only tell what was; let the trade expire"
		},
		("Settlement", "EvidenceTooLow") => {
			"the buyer does not accept the evidence on which the devices were attested: nothing counts \
			 as delivered, and an open proof would only tell what was; let the trade expire"
		},
		("Settlement", "DeadlineNotPassed") => "`period` shows the deadline",
		("Session", "InvalidProof") => {
			"the keys were made for another account: have the validator's own node make them, as \
			 `validator join` does"
		},
		("Session", "DuplicatedKey") => "have the validator's own node make keys of this account's own",
		("Validators", "AlreadyCandidate") => "`validator raise-bond` adds to its bond",
		("Validators", "BondLocked") => "`validator status` of the account shows when it is free",
		("Validators", "BondTooSmall") => "`validator status` shows the smallest bond",
		("Validators", "NoKeys") => "`validator join` has the validator's own node make them",
		("Validators", "NotCandidate") => "`validator status` shows who is; `validator join` joins",
		("Validators", "NothingToWithdraw") => "a candidate leaves with `validator leave` first",
		("Validators", "SlashPending") => {
			"`validator status` shows when it is taken; it goes by itself, unless it is cancelled"
		},
		("Validators", "TooFewValidators") => {
			"wait until somebody else has joined: `validator status` shows how many have to stay"
		},
		("Validators", "TooManyCandidates") => {
			"a bond larger than the smallest that `validator status` shows takes that one's place"
		},
		("Water", "AccountOwes") => "`water status` shows how much, and `water pay` pays it",
		("Water", "EntitlementFrozen") => {
			"a season is announced that the account has not entered: grant it when that has begun, for the \
			 next one"
		},
		("Water", "NoAccount") => "`water open` takes part in the zone",
		("Water", "NotAllCommitted") => {
			"wait for the other meters or for the cut-off, which `period` shows"
		},
		("Water", "NotEnoughOffered" | "PriceDiffers" | "NoOffer" | "NotForYou") => {
			"`water status` with the other account's address shows what it offers"
		},
		("Water", "NotEntitled") => {
			"let the operator name the account with `settlement name-prover --resource water --direction \
			 import` before the gate of the turn's last period closes"
		},
		("Water", "NotInSeason" | "NoSeason" | "SeasonNotBegun" | "NoTurnEnds") => {
			"`water status` shows the season, and the turn that the account proves next"
		},
		("Water", "TurnNotClosed") => {
			"prove the turn that has ended with `water prove`, or wait for its deadline"
		},
		("Water", "UseBelowMissing") => {
			"`device status` shows which meters told nothing: their nameplates count in every period of the \
			 turn"
		},
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Of the errors of a pallet's source, those that say nothing of a next step.
	fn without_next_step(pallet: &str, source: &str) -> Vec<String> {
		let (_, errors) = source.split_once("pub enum Error<T> {").unwrap();
		let (errors, _) = errors.split_once("\n\t}").unwrap();
		let names = errors.lines().filter_map(|line| line.trim().strip_suffix(','));
		names.filter(|name| next_step(pallet, name).is_none()).map(str::to_owned).collect()
	}

	#[test]
	fn whoever_places_an_order_is_told_what_to_do() {
		// The words of the others say it, or nobody who signs by this program meets them.
		let silent = [
			"ZeroQuantity",
			"ZeroPrice",
			"QuantityTooLarge",
			"AmountTooLarge",
			"EmptyRange",
			"PeriodTradable",
			"BookUnbalanced",
		];
		let found = without_next_step("Book", include_str!("../../pallets/book/src/lib.rs"));
		assert_eq!(found, silent);
	}

	#[test]
	fn names_that_two_pallets_share_are_told_apart() {
		let offered = |pallet| next_step(pallet, "NotOffered");
		assert!(offered("Devices").is_some_and(|text| text.contains("device offer-transfer")));
		assert!(offered("Market").is_some_and(|text| text.contains("trade list")));
		assert_eq!(offered("Settlement"), None);
	}
}
