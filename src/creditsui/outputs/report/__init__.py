"""The board as one self-contained page of HTML: no script, nothing loaded from anywhere."""
