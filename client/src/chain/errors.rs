//! Errors by the names that the chain gives them, in the words of their pallets.

use subxt::{
	error::{
		BackendError, DispatchError, ExtrinsicError, ModuleError, OnlineClientAtBlockError,
		RpcError, StorageError, TransactionEventsError,
	},
	rpcs::Error as RpcClientError,
};

use crate::{error::Error, hints, rpc::rpc_error};

pub(super) fn unexpected_event(kind: &str) -> Error {
	Error::new("UnexpectedEvent", format!("the block has no {kind} event as it should be"))
}

/// A dispatch error by its own name.
pub(super) fn dispatch_error(error: &DispatchError) -> Error {
	let name = match error {
		DispatchError::Module(module) => return pallet_error(module),
		DispatchError::Token(error) => format!("{error:?}"),
		DispatchError::Arithmetic(error) => format!("{error:?}"),
		DispatchError::Transactional(error) => format!("{error:?}"),
		error => format!("{error:?}"),
	};
	Error::new(name, error.to_string())
}

fn pallet_error(error: &ModuleError) -> Error {
	match error.details() {
		Ok(details) => {
			let variant = details.variant;
			documented_error(details.pallet.name(), &variant.name, &variant.docs)
		},
		Err(_) => Error::new("DispatchFailed", error.to_string()),
	}
}

/// A pallet's error in the words of the pallet.
pub(super) fn documented_error(pallet: &str, name: &str, docs: &[String]) -> Error {
	let docs = docs.join(" ");
	let text = if docs.trim().is_empty() { "the call fails" } else { docs.trim() };
	let next = hints::next_step(pallet, name).map_or_else(String::new, |next| format!("; {next}"));
	Error::new(name, format!("{text} (pallet {pallet}){next}"))
}

/// Whether a node did not answer what storage holds, or which block is the last.
fn is_unanswered(error: &subxt::Error) -> bool {
	let reason = match error {
		subxt::Error::StorageError(StorageError::CannotFetchValue(reason))
		| subxt::Error::OnlineClientAtBlockError(
			OnlineClientAtBlockError::CannotGetCurrentBlock { reason }
			| OnlineClientAtBlockError::CannotGetBlockHeader { reason, .. }
			| OnlineClientAtBlockError::CannotGetSpecVersion { reason, .. },
		) => reason,
		_ => return false,
	};
	matches!(reason, BackendError::Rpc(RpcError::ClientError(RpcClientError::Client(_))))
}

/// Any of subxt's errors.
pub(super) fn subxt_error(error: impl Into<subxt::Error>) -> Error {
	match error.into() {
		subxt::Error::TransactionEventsError(TransactionEventsError::ExtrinsicFailed(error)) => {
			dispatch_error(&error)
		},
		subxt::Error::ExtrinsicError(ExtrinsicError::ErrorSubmittingTransaction(
			BackendError::Rpc(RpcError::ClientError(error)),
		)) => rpc_error("author_submitAndWatchExtrinsic", error),
		subxt::Error::ExtrinsicError(
			error @ (ExtrinsicError::PalletNameNotFound(_)
			| ExtrinsicError::CallNameNotFound { .. }),
		) => Error::new("CallNotFound", error.to_string()),
		subxt::Error::ExtrinsicError(ExtrinsicError::EncodeError(error)) => {
			Error::new("CallNotEncodable", error.to_string())
		},
		error if is_unanswered(&error) => Error::new("ConnectionLost", error.to_string()),
		error => Error::new("ChainError", error.to_string()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::rpcs::UserError;

	#[test]
	fn an_answer_that_stays_away_is_a_lost_connection() {
		let silent = || BackendError::from(RpcClientError::Client("request timeout".into()));
		let refused = || {
			let user = UserError { code: 4_003, message: "no such block".into(), data: None };
			BackendError::from(RpcClientError::User(user))
		};
		let storage = |reason| subxt_error(StorageError::CannotFetchValue(reason));
		let block =
			|reason| subxt_error(OnlineClientAtBlockError::CannotGetCurrentBlock { reason });
		for name in [storage(silent()), block(silent())].map(|error| error.name().to_owned()) {
			assert_eq!(name, "ConnectionLost");
		}
		for name in [storage(refused()), block(refused())].map(|error| error.name().to_owned()) {
			assert_eq!(name, "ChainError");
		}
	}
}
