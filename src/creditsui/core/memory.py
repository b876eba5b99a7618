"""What a process that stays open for weeks does about its memory."""

from creditsui.adapters.allocator import give_back, one_for_all

__all__ = ["give_back", "one_for_all"]
