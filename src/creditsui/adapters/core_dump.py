"""What a crash leaves on the disk: nothing of this process' memory."""


def no_core_dump() -> None:
    """Keep the memory of a crashed process, keys included, off the disk."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return
