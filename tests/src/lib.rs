//! Starts real nodes and speaks to them over plain HTTP and JSON.
