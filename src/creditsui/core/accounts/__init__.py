"""Whose credit it is: what is found here, what the user adds, and where the keys come from."""
