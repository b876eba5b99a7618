"""How much credit is left at every LLM provider, and for how long."""

__version__ = "0.1.0"
