"""Any number on screen: its formula with the figures in it, where they come from, and what is not covered."""
