"""Rules without input, output or clock: each can be tested with plain values."""
