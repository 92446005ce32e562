"""Processes that are ranks: what launchers say, who makes things, what is broadcast."""
