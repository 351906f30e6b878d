"""Prints: plain frozen rows in, the bytes of a PDF out. No SQL, no Qt; reportlab is loaded by the first print."""
