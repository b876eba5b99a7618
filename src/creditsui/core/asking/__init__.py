"""One round of asks: who is due, with which key, what comes of it, and what a failure tells."""
