//! Direct trades with escrow and collateral.
