"""Arithmetic on observations: pure functions that read no file and refuse what the figures do not allow."""
