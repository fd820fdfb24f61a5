//! The channel without input or output: every decision, no clock, no socket, no file.
