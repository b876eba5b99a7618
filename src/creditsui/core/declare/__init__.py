"""Providers that the user declares: drafted, tried, and kept beside the built-in ones."""
