//! Errors of this chain's own methods: one code per refusal (`docs/json-rpc.md`).

use jsonrpsee::{
	core::RpcResult,
	types::{ErrorObject, ErrorObjectOwned},
};
use meterproof_primitives::{CommitmentRefusal, PaymentRefusal, REFUSAL_CODE_BASE};

use crate::answers::{Answers, Sent, ACCEPTED};

/// A parameter is not what the method takes.
pub const INVALID_PARAMETER: i32 = -32_602;
/// The runtime could not be asked.
pub const RUNTIME: i32 = -32_010;
/// The pool did not take the transaction.
pub const POOL: i32 = -32_011;
/// The node has more of these calls to answer than it takes.
pub const BUSY: i32 = -32_012;
/// There are as many subscriptions as there may be.
pub const SUBSCRIPTIONS: i32 = -32_013;
/// A proof that settles, or that closes turns of water, would be refused; the message starts with the error's name.
pub const SETTLEMENT_REFUSED: i32 = -33_100;
/// An invariant of a pallet does not hold.
pub const INVARIANT_BROKEN: i32 = -33_200;

/// An error without data.
pub fn error(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
	ErrorObject::owned(code, message.into(), None::<()>)
}

/// Name of [`BUSY`], and what to do.
pub const BUSY_NAME: &str = "NodeBusy";
pub const BUSY_TEXT: &str =
	"the node has more of these calls to answer than it takes; ask again in a few seconds";

/// The answer to a call while the node has too many others to answer.
pub fn busy() -> ErrorObjectOwned {
	error(BUSY, format!("{BUSY_NAME}: {BUSY_TEXT}"))
}

/// A runtime API call failed.
pub fn runtime(cause: impl std::fmt::Display) -> ErrorObjectOwned {
	error(RUNTIME, format!("the runtime did not answer: {cause}"))
}

/// The same answer, which is counted.
pub fn counted<T>(answers: &Answers, sent: Sent, answer: RpcResult<T>) -> RpcResult<T> {
	match &answer {
		Ok(_) => answers.count(sent, ACCEPTED),
		Err(refusal) => match refusal.code() {
			INVALID_PARAMETER => answers.count(sent, "Malformed"),
			RUNTIME => answers.count(sent, "RuntimeFailed"),
			_ => answers.count_refusal(sent, refusal.message()),
		},
	}
	answer
}

/// The code of a commitment's refusal.
pub fn refusal_code(refusal: CommitmentRefusal) -> i32 {
	-(REFUSAL_CODE_BASE + i32::from(refusal.code()))
}

/// A payment's refusal: its name, and what to do.
pub fn payment_refused(refusal: PaymentRefusal) -> ErrorObjectOwned {
	let code = -(REFUSAL_CODE_BASE + i32::from(refusal.code()));
	error(code, format!("{}: {}", refusal.name(), refusal.text()))
}
