"""Processes that are killed: at lines, at system calls, at random moments; and what must hold afterwards."""
