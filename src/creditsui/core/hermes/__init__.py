"""Hermes Agent's work: who could carry it, who should, and the plugin that shows it there."""
