"""Supplies: demand forecast and replenishment. NumPy is loaded by the modules that count with it, never at start-up."""
