"""Exit codes, as the manual promises them."""

FINE = 0
PROBLEM = 1
"""It ran, but an account has a problem or something was refused; stderr says why."""
WRONG = 2
"""The command line is wrong, or there is no terminal to draw on."""
NO = 3
"""`--fail-on` says no; it wins over PROBLEM."""
INTERRUPTED = 130
