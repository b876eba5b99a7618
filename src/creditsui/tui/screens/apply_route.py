"""The question before Hermes' settings are changed."""

from pathlib import PurePath

from textual.app import ComposeResult
from textual.widgets import Static

from creditsui.core.hermes import route as routing
from creditsui.core.session import Session
from creditsui.outputs.route import changed_lines, named
from creditsui.routing.route import Decision
from creditsui.tui.routed import private, short
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.preview import glyphs_of


class ApplyScreen(Modal):
    """Says what is about to be written, and writes it. It is dismissed with a sentence about it, or with None."""

    DEFAULT_CSS = """
    ApplyScreen Static { height: auto; }
    ApplyScreen .warns { color: $bar-low; margin-top: 1; }
    """
    heading = "Change Hermes' settings"
    keys = "enter change them · esc leave them"

    def __init__(self, session: Session, decision: Decision) -> None:
        super().__init__()
        self.session = session
        self.decision = decision

    def fields(self) -> ComposeResult:
        decision = private(self.decision) if self.hidden else self.decision
        if decision.route is not None:
            primary = named(decision.route.primary, glyphs_of(self.app))
            yield Static(f"{primary} {self._carries()}.", id="who", markup=False)
        count = changed_lines(decision)
        path = PurePath(decision.config)
        where = path.name if self.hidden else short(decision.config, PurePath(self.session.paths.home))
        said = f"{count} line{'' if count == 1 else 's'} of {where} would change, and nothing else in it."
        yield Static(self.plain(said), classes="quiet", markup=False)
        for warning in decision.warnings:
            yield Static(self.plain(f"! {warning}"), classes="warns", markup=False)
        yield Static(self.plain("What stands there is kept; u puts it back."), id="says", markup=False)

    def _carries(self) -> str:
        now, then = self.decision.current, self.decision.route
        stays = now is not None and then is not None and now.primary == then.primary
        return "goes on carrying the work" if stays else "carries the work from then on"

    def action_accept(self) -> None:
        self.perform(self._apply)

    def _apply(self) -> str:
        change = routing.apply(self.session, self.decision)
        return f"Written to {PurePath(change.config).name}. Sessions that run keep what they began with."
