//! Devices, registrars and attestations.
