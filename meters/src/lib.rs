//! What meters and files of readings say, whatever their protocol.
//!
//! A driver reads one kind of input and answers with [`Finding`]s: what was [`Measured`], or a row or
//! telegram that was [`Refused`] and why. A driver knows nothing of the chain, of periods or of which
//! meters an operator has. It invents nothing: what is not in the input is absent, and amounts are
//! exact.
//!
//! Parsers are functions of bytes, apart from what opens ports and connections ([`Source`]), so that
//! each is tested with captured telegrams and fuzzed.
//!
//! ```
//! use meterproof_meters::{Amount, AmountError, Resource, Unit};
//!
//! let counted = Amount::parse("1.234", Unit::KilowattHour)?;
//! assert_eq!(counted.whole(Resource::Electricity), Ok(1_234));
//! // Nothing is rounded.
//! let finer = Amount::parse("1.2345", Unit::KilowattHour)?;
//! assert_eq!(finer.whole(Resource::Electricity), Err(AmountError::NotAWholeNumber));
//! # Ok::<(), AmountError>(())
//! ```

pub mod amount;
pub mod clock;
pub mod counters;
pub(crate) mod crc;
pub mod dlms;
pub mod dsmr;
pub(crate) mod fields;
pub mod files;
pub mod intervals;
pub mod keys;
pub mod mbus;
pub mod measured;
pub mod modbus;
pub mod mqtt;
pub mod obis;
pub mod ocmf;
pub mod port;
pub(crate) mod rounds;
pub mod settings;
pub mod simulate;
pub mod sml;
pub mod source;
pub mod telegram;

pub use amount::{Amount, AmountError, Unit};
pub use counters::Counters;
pub use measured::{Finding, Measured, Place, Refused, SignedTelegram, Value};
pub use port::{Line, Port, PortAddress};
pub use settings::{SourceBlock, SourceSettings};
pub use source::{Source, SourceError};

pub use meterproof_statements::{Direction, Resource};
pub use meterproof_wallet::error::Named;
pub(crate) use meterproof_wallet::named_errors;
