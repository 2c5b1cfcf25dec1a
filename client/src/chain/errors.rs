//! Errors by the names that the chain gives them, in the words of their pallets.

use subxt::error::{
	BackendError, DispatchError, ExtrinsicError, ModuleError, RpcError, TransactionEventsError,
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
		error => Error::new("ChainError", error.to_string()),
	}
}
