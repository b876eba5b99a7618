"""Agents' logs, read into the ledger: each call once, with who pays for it and what it cost."""
