use std::fmt;

use frame_support::traits::PalletInfoAccess;
use meterproof_runtime::{authorized, Address, RuntimeCall, Signature, Sudo};
use sp_runtime::{
	generic::Preamble,
	traits::ExtensionVariant,
	transaction_validity::{TransactionLongevity, TransactionPriority, TransactionTag},
};

use super::*;

/// What a pool answers with.
#[derive(Debug)]
enum Failure {
	/// The pool, or the runtime, has looked at the transaction and refuses it.
	Refused(PoolError),
	/// The runtime has failed.
	Trapped,
}

impl fmt::Display for Failure {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "{self:?}")
	}
}

impl std::error::Error for Failure {}

impl From<PoolError> for Failure {
	fn from(error: PoolError) -> Self {
		Self::Refused(error)
	}
}

impl IntoPoolError for Failure {
	fn into_pool_error(self) -> Result<PoolError, Self> {
		match self {
			Self::Refused(error) => Ok(error),
			Self::Trapped => Err(Self::Trapped),
		}
	}
}

/// A transaction of a pool that takes none.
enum Never {}

impl sc_transaction_pool_api::InPoolTransaction for Never {
	type Transaction = Arc<Opaque>;
	type Hash = Hash;

	fn data(&self) -> &Arc<Opaque> {
		match *self {}
	}
	fn hash(&self) -> &Hash {
		match *self {}
	}
	fn priority(&self) -> &TransactionPriority {
		match *self {}
	}
	fn longevity(&self) -> &TransactionLongevity {
		match *self {}
	}
	fn requires(&self) -> &[TransactionTag] {
		match *self {}
	}
	fn provides(&self) -> &[TransactionTag] {
		match *self {}
	}
	fn is_propagable(&self) -> bool {
		match *self {}
	}
}

/// A pool that answers all alike.
struct Refusing(fn() -> Failure);

#[async_trait::async_trait]
impl TransactionPool for Refusing {
	type Block = Block;
	type Hash = Hash;
	type InPoolTransaction = Never;
	type Error = Failure;

	async fn submit_at(
		&self,
		_: Hash,
		_: TransactionSource,
		_: Vec<Opaque>,
	) -> Result<Vec<Result<Hash, Failure>>, Failure> {
		Err((self.0)())
	}

	async fn submit_one(&self, _: Hash, _: TransactionSource, _: Opaque) -> Result<Hash, Failure> {
		Err((self.0)())
	}

	async fn submit_and_watch(
		&self,
		_: Hash,
		_: TransactionSource,
		_: Opaque,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Failure> {
		Err((self.0)())
	}

	async fn ready_at(&self, _: Hash) -> Box<dyn ReadyTransactions<Item = Arc<Never>> + Send> {
		self.ready()
	}

	fn ready(&self) -> Box<dyn ReadyTransactions<Item = Arc<Never>> + Send> {
		Box::new(std::iter::empty())
	}

	async fn report_invalid(
		&self,
		_: Option<Hash>,
		_: TxInvalidityReportMap<Hash>,
	) -> Vec<Arc<Never>> {
		Vec::new()
	}

	fn futures(&self) -> Vec<Never> {
		Vec::new()
	}

	fn status(&self) -> PoolStatus {
		PoolStatus { ready: 0, ready_bytes: 0, future: 0, future_bytes: 0 }
	}

	fn import_notification_stream(&self) -> ImportNotificationStream<Hash> {
		futures::channel::mpsc::channel(1).1
	}

	fn on_broadcasted(&self, _: HashMap<Hash, Vec<String>>) {}

	fn hash_of(&self, _: &Opaque) -> Hash {
		Hash::zero()
	}

	fn ready_transaction(&self, _: &Hash) -> Option<Arc<Never>> {
		None
	}

	async fn ready_at_with_timeout(
		&self,
		_: Hash,
		_: Duration,
	) -> Box<dyn ReadyTransactions<Item = Arc<Never>> + Send> {
		self.ready()
	}
}

fn remark(length: usize) -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![7; length] })
}

fn opaque(extrinsic: &UncheckedExtrinsic) -> Opaque {
	Opaque::try_from_encoded_extrinsic(&extrinsic.encode()).unwrap()
}

/// A transaction of each kind that there is.
fn honest() -> [Opaque; 3] {
	let Preamble::General(ExtensionVariant::V0(extension)) = authorized(remark(3)).preamble else {
		panic!("a general transaction of version 0")
	};
	let signature = Signature::Sr25519([0; 64].into());
	let from = Address::Id([1; 32].into());
	let signed = UncheckedExtrinsic::new_signed(remark(3), from, signature, extension);
	let bare = UncheckedExtrinsic::new_bare(remark(3));
	[authorized(remark(3)), signed, bare].map(|extrinsic| opaque(&extrinsic))
}

fn garbage() -> Opaque {
	Opaque::from_blob(vec![4, 255, 255])
}

async fn answer(failure: fn() -> Failure, runs_own: bool, transaction: Opaque) -> Failure {
	let pool = Gossiped::new(Arc::new(Refusing(failure)), move || runs_own);
	let submitted = pool.submit_one(Hash::zero(), TransactionSource::External, transaction).await;
	submitted.unwrap_err()
}

#[tokio::test]
async fn the_sender_of_what_the_runtime_cannot_read_is_blamed() {
	let blamed = answer(|| Failure::Trapped, true, garbage()).await;
	assert!(matches!(blamed, Failure::Refused(PoolError::InvalidTransaction(_))), "{blamed}");
}

#[tokio::test]
async fn nobody_is_blamed_for_a_runtime_that_fails_or_is_another() {
	for honest in honest() {
		let failed = answer(|| Failure::Trapped, true, honest).await;
		assert!(matches!(failed, Failure::Trapped), "{failed}");
	}
	let failed = answer(|| Failure::Trapped, false, garbage()).await;
	assert!(matches!(failed, Failure::Trapped), "{failed}");
}

#[tokio::test]
async fn what_the_pool_says_itself_stands() {
	let full = answer(|| PoolError::ImmediatelyDropped.into(), true, garbage()).await;
	assert!(matches!(full, Failure::Refused(PoolError::ImmediatelyDropped)), "{full}");
}

#[test]
fn transactions_of_every_kind_can_be_read_and_no_part_of_one() {
	for honest in honest() {
		assert!(!is_unreadable(&honest));
		let bytes = honest.inner();
		for length in 0..bytes.len() {
			assert!(is_unreadable(&Opaque::from_blob(bytes[..length].to_vec())), "{length}");
		}
		assert!(is_unreadable(&Opaque::from_blob([bytes, &[0]].concat())));
	}
}

#[test]
fn formats_that_this_version_does_not_have_cannot_be_read() {
	let [_, _, bare] = honest();
	let known: Vec<u8> = (0..=u8::MAX)
		.filter(|format| {
			let bytes = [&[*format][..], &bare.inner()[1..]].concat();
			!is_unreadable(&Opaque::from_blob(bytes))
		})
		.collect();
	assert_eq!(known, [4, 5], "bare transactions of both formats");
}

#[test]
fn what_no_block_has_room_for_cannot_be_read() {
	let most = *RuntimeBlockLength::get().max.get(DispatchClass::Operational);
	let most = usize::try_from(most).unwrap();
	let around = opaque(&UncheckedExtrinsic::new_bare(remark(0))).inner().len() + 3;
	let longest = opaque(&UncheckedExtrinsic::new_bare(remark(most - around)));
	assert_eq!(longest.inner().len(), most);
	assert!(!is_unreadable(&longest));
	assert!(is_unreadable(&opaque(&UncheckedExtrinsic::new_bare(remark(most - around + 1)))));
}

/// More calls within each other than any stack has room for.
#[test]
fn nested_calls_are_read_to_a_depth_and_no_further() {
	let [_, _, bare] = honest();
	let (format, call) = bare.inner().split_at(1);
	let level = [<Sudo as PalletInfoAccess>::index() as u8, 0];
	let nested = |levels| Opaque::from_blob([format, &level.repeat(levels), call].concat());
	assert!(!is_unreadable(&nested(1)));
	assert!(!is_unreadable(&nested(8)));
	assert!(is_unreadable(&nested(100)));
	assert!(is_unreadable(&nested(1_000_000)));
}
