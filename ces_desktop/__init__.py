"""Clinic software for rural first-level clinics."""

__version__ = "0.1.0"
