//! The verifier against forged, stale and foreign tokens.
