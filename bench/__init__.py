"""Benches, run by hand: each measures us and a limit side by side in one run and prints a table of ratios."""
