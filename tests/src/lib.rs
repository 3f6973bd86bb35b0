//! Tests of the whole till.
