"""The real app on an invented life: no key, no network, no folder of the user's."""
