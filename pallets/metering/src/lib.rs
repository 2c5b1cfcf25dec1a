//! Settlement periods and the meters' commitments.
