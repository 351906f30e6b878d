"""Reads, by subject: a connection in, frozen rows out."""
