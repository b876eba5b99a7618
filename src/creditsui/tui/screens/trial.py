"""A modal that tries a key: somebody else is waited for, a wheel turns, and esc leaves at any time."""

from textual.timer import Timer

from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.preview import glyphs_of

_WHEEL = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_WHEEL = "|/-\\"


class Trial(Modal):
    """What the modals that take a key have in common."""

    _wheel: Timer | None = None

    @property
    def holds_keys(self) -> bool:
        return False  # a provider may take seconds to answer

    def turn(self, doing: str, before: str = "") -> None:
        """A wheel while somebody else is waited for; it stands still where motion is off."""
        self.stop()
        wheel = _PLAIN_WHEEL if glyphs_of(self.app).ascii else _WHEEL
        lead = f"{before} " if before else ""
        step = 0

        def draw() -> None:
            nonlocal step
            self.say(f"{lead}{wheel[step % len(wheel)]} {doing}", "good" if before else "quiet")
            step += 1

        draw()
        if self.app.animation_level != "none":
            self._wheel = self.set_interval(0.1, draw)

    def stop(self) -> None:
        if self._wheel is not None:
            self._wheel.stop()
            self._wheel = None
