"""A modal that tries a key: somebody else is waited for, a wheel turns, and esc leaves at any time."""

from creditsui.domain.problem import Refused
from creditsui.tui.screens.modal import Modal
from creditsui.tui.wheel import Wheel
from creditsui.tui.widgets.field import Choice
from creditsui.tui.widgets.preview import glyphs_of

_WHEEL = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_WHEEL = "|/-\\"


class Trial(Modal):
    """What the modals that take a key have in common."""

    _wheel: Wheel | None = None

    @property
    def holds_keys(self) -> bool:
        return False  # a provider may take seconds to answer

    def turn(self, doing: str, before: str = "") -> None:
        """A wheel while somebody else is waited for; it stands still where motion is off."""
        self.stop()
        frames = _PLAIN_WHEEL if glyphs_of(self.app).ascii else _WHEEL
        lead = f"{before} " if before else ""

        def draw() -> None:
            self.say(f"{lead}{frames[wheel.step % len(frames)]} {doing}", "good" if before else "quiet")

        self._wheel = wheel = Wheel(self, draw)
        draw()
        if self.app.animation_level != "none":
            wheel.start()

    def stop(self) -> None:
        if self._wheel is not None:
            self._wheel.stop()
            self._wheel = None

    def not_kept(self, refused: Refused, so_far: str) -> None:
        """The keyring did not take the key: there is another place for it."""
        self.stop()
        why = refused.problem.message.rstrip(".")
        self.refuse(
            f"{why}. {so_far}: try again, or choose a file that only you can read.", self.query_one("#where", Choice)
        )
