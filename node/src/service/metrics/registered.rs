//! Every metric of this chain: its name, its labels, and what it says.

use meterproof_primitives::CommitmentRefusal;
use substrate_prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, GaugeVec, Histogram, HistogramOpts, Opts,
	PrometheusError, Registry, F64, U64,
};

use crate::answers::Answers;

/// Bounds of the times from a period's end to its settlement, in seconds: from chains whose periods last
/// for seconds to those of an hour.
const SETTLEMENT_SECONDS: [f64; 12] =
	[6.0, 12.0, 24.0, 48.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0];

/// All metrics. A metric with a label has each of its values from the start, so that rules can tell
/// nothing from never.
pub struct Metrics {
	pub head_age: Gauge<F64>,
	pub final_age: Gauge<F64>,
	pub finality_lag: Gauge<U64>,
	/// By `outcome`: [`MADE`].
	pub slots: CounterVec<U64>,
	/// By `outcome`: [`MADE`].
	pub own_slots: CounterVec<U64>,
	/// By `outcome`: [`READ`].
	pub blocks: CounterVec<U64>,

	/// By `part`: [`PARTS`].
	pub validators: GaugeVec<U64>,
	pub era: Gauge<U64>,
	pub bonds: Gauge<F64>,
	pub slashes: Gauge<U64>,
	pub own_validates: Gauge<U64>,
	pub own_bond: Gauge<F64>,
	pub own_slash: Gauge<F64>,
	/// By `what`, `outcome`: [`SIGNED`].
	pub signatures: CounterVec<U64>,

	pub commitments: Counter<U64>,
	/// By `reason`, as JSON-RPC names it.
	pub batch_refusals: CounterVec<U64>,
	/// By `outcome`: [`PROOFS`].
	pub proofs: CounterVec<U64>,
	/// By `error`, as the pallet names it.
	pub settlement_errors: CounterVec<U64>,
	/// By `ending`: [`ENDINGS`].
	pub groups: CounterVec<U64>,
	pub readings: Counter<U64>,
	pub settlement_seconds: Histogram,
	/// By `event`: [`TRADES`].
	pub trades: CounterVec<U64>,
	pub deferred: Counter<U64>,
	pub offers: Gauge<U64>,
	pub contracts: Gauge<U64>,
	/// By `kind`: [`PAYMENTS`].
	pub payments: CounterVec<U64>,

	/// By `state`: [`POOL`].
	pub pool_transactions: GaugeVec<U64>,
	/// By `state`: [`POOL`].
	pub pool_bytes: GaugeVec<U64>,
	pub pool_used: Gauge<F64>,
	pub answers: Answers,
	pub disk_free: Gauge<U64>,
	pub disk_size: Gauge<U64>,
}

/// What became of a slot.
pub const MADE: [&str; 2] = ["made", "missed"];
/// What became of a final block here.
pub const READ: [&str; 2] = ["read", "unread"];
/// What is told of the validator set.
pub const PARTS: [&str; 4] = ["set", "candidates", "least", "most"];
/// What the guard was asked to let pass, and what it did.
pub const SIGNED: [(&str, &str); 4] =
	[("vote", "signed"), ("vote", "refused"), ("block", "signed"), ("block", "refused")];
/// What became of proofs in blocks.
pub const PROOFS: [&str; 2] = ["verified", "refused"];
/// How a group's claim for a period ends.
pub const ENDINGS: [&str; 3] = ["proved", "sealed", "expired"];
/// What happens to trades.
pub const TRADES: [&str; 8] = [
	"offered",
	"accepted",
	"concluded",
	"cancelled",
	"declined",
	"expired",
	"settled",
	"settled_sealed",
];
/// Confidential payments.
pub const PAYMENTS: [&str; 3] = ["shield", "transfer", "unshield"];
/// Where a transaction of the pool stands.
pub const POOL: [&str; 2] = ["ready", "future"];

impl Metrics {
	/// Makes and registers all of them.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let to = Registrar(registry);
		let refusals = CommitmentRefusal::ALL.iter().map(|refusal| refusal.name());
		Ok(Self {
			head_age: to.gauge("head_age_seconds", "Age of the best block, by its slot")?,
			final_age: to.gauge("final_age_seconds", "Age of the last final block, by its slot")?,
			finality_lag: to
				.gauge("finality_lag_blocks", "Blocks from the last final to the best")?,
			slots: to.counters(
				"slots_total",
				"Slots up to the last final block",
				"outcome",
				MADE,
			)?,
			own_slots: to.counters(
				"own_slots_total",
				"Slots of this validator: with its block, or its turn and without any block",
				"outcome",
				MADE,
			)?,
			blocks: to.counters(
				"final_blocks_total",
				"Final blocks whose events were counted, and others",
				"outcome",
				READ,
			)?,

			validators: to.gauges("validators", "Validators of the session", "part", PARTS)?,
			era: to.gauge("era", "The era that runs")?,
			bonds: to.gauge("bonds_mpf", "Bonds of all candidates")?,
			slashes: to.gauge("slashes_waiting", "Slashes that are not taken yet")?,
			own_validates: to
				.gauge("own_validates", "Whether this node's keys are in the set: 0 or 1")?,
			own_bond: to.gauge("own_bond_mpf", "Bond of this node's account while it validates")?,
			own_slash: to.gauge("own_slash_mpf", "What this node's account is about to lose")?,
			signatures: to.signatures()?,

			commitments: to.counter("commitments_total", "Commitments in final blocks")?,
			batch_refusals: to.counters(
				"batch_refusals_total",
				"Items of batches in final blocks that were not recorded",
				"reason",
				refusals,
			)?,
			proofs: to.counters(
				"proofs_total",
				"Calls in final blocks whose proofs settled, or did not prove their statements",
				"outcome",
				PROOFS,
			)?,
			settlement_errors: to.counters(
				"settlement_errors_total",
				"Calls in final blocks that failed with an error of the pallet Settlement",
				"error",
				["ProofRejected", "SplitRejected"],
			)?,
			groups: to.counters(
				"groups_settled_total",
				"Claims of a group for a period that ended",
				"ending",
				ENDINGS,
			)?,
			readings: to.counter("readings_settled_total", "Readings in proofs that settled")?,
			settlement_seconds: to.settlement_seconds()?,
			trades: to.counters("trades_total", "What happened to trades", "event", TRADES)?,
			deferred: to.counter("payouts_deferred_total", "Payouts that wait to be claimed")?,
			offers: to
				.gauge("open_offers", "Offers that wait for their buyers, counted to 10000")?,
			contracts: to.gauge(
				"open_contracts",
				"Groups with accepted, unsettled trades, by period, counted to 10000",
			)?,
			payments: to.counters("payments_total", "Confidential payments", "kind", PAYMENTS)?,

			pool_transactions: to.gauges(
				"pool_transactions",
				"Transactions in the pool",
				"state",
				POOL,
			)?,
			pool_bytes: to.gauges("pool_bytes", "Their bytes", "state", POOL)?,
			pool_used: to.gauge("pool_used_ratio", "How full the pool is, from 0 to 1")?,
			answers: to.answers()?,
			disk_free: to.gauge("disk_free_bytes", "Free on the database's file system")?,
			disk_size: to.gauge("disk_size_bytes", "Size of the database's file system")?,
		})
	}
}

/// Registers metrics of this chain.
struct Registrar<'a>(&'a Registry);

impl Registrar<'_> {
	fn options(name: &str, help: &str) -> Opts {
		Opts::new(format!("{}{name}", super::PREFIX), help)
	}

	fn gauge<N>(&self, name: &str, help: &str) -> Result<Gauge<N>, PrometheusError>
	where
		N: substrate_prometheus_endpoint::prometheus::core::Atomic + 'static,
	{
		register(Gauge::with_opts(Self::options(name, help))?, self.0)
	}

	fn gauges<'v>(
		&self,
		name: &str,
		help: &str,
		label: &str,
		values: impl IntoIterator<Item = &'v str>,
	) -> Result<GaugeVec<U64>, PrometheusError> {
		let all = register(GaugeVec::new(Self::options(name, help), &[label])?, self.0)?;
		for value in values {
			all.with_label_values(&[value]).set(0);
		}
		Ok(all)
	}

	fn counter(&self, name: &str, help: &str) -> Result<Counter<U64>, PrometheusError> {
		register(Counter::with_opts(Self::options(name, help))?, self.0)
	}

	fn counters<'v>(
		&self,
		name: &str,
		help: &str,
		label: &str,
		values: impl IntoIterator<Item = &'v str>,
	) -> Result<CounterVec<U64>, PrometheusError> {
		let all = register(CounterVec::new(Self::options(name, help), &[label])?, self.0)?;
		for value in values {
			all.with_label_values(&[value]).inc_by(0);
		}
		Ok(all)
	}

	fn signatures(&self) -> Result<CounterVec<U64>, PrometheusError> {
		let options = Self::options(
			"guard_signatures_total",
			"Votes and blocks that this validator signed, and those that its guard refused",
		);
		let all = register(CounterVec::new(options, &["what", "outcome"])?, self.0)?;
		for (what, outcome) in SIGNED {
			all.with_label_values(&[what, outcome]).inc_by(0);
		}
		Ok(all)
	}

	fn answers(&self) -> Result<Answers, PrometheusError> {
		let options = Self::options(
			"answers_total",
			"Answers over JSON-RPC to commitments, proofs and payments, by what was answered",
		);
		let all = register(CounterVec::new(options, &["what", "answer"])?, self.0)?;
		Ok(Answers::counted_by(all))
	}

	fn settlement_seconds(&self) -> Result<Histogram, PrometheusError> {
		let options = HistogramOpts {
			common_opts: Self::options(
				"settlement_seconds",
				"From a period's end to the block that a proof settled a group in",
			),
			buckets: SETTLEMENT_SECONDS.to_vec(),
		};
		register(Histogram::with_opts(options)?, self.0)
	}
}
