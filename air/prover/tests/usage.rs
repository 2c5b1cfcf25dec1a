//! Proving and verifying the usage statement, end to end.

mod support;
mod usage_cases;
