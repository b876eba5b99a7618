"""Which provider should carry an agent's work, and the few bytes of its settings that say so."""
