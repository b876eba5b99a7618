"""The plugin for Hermes Agent: which files it is made of, and putting them into Hermes' home."""

from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

from creditsui.core import configured
from creditsui.core.session import Session
from creditsui.domain.clean import clean
from creditsui.paths import NAME
from creditsui.routing.options import options
from creditsui.routing.route import Refused

FILES = (
    "words.py",
    "account.py",
    "board.py",
    "__init__.py",
    "dashboard/plugin_api.py",
    "dashboard/index.js",
    "dashboard/style.css",
    "dashboard/manifest.json",
    "plugin.yaml",
)
"""In the order they are written: Hermes looks for the last two, and then finds the rest complete."""
TOLD = "status.path"
"""Names the last board, whatever environment Hermes was started with. Outside `dashboard/`, which is public."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """`files` are its contents by their path below `folder`, in the order they are written."""

    folder: Path
    files: dict[str, bytes]
    note: str = ""
    """What the user should know of this place; empty: nothing."""
    fault: str = ""
    """Why it cannot be installed; empty: it can."""


def plugin(session: Session) -> Plugin:
    """The plugin as it would be installed. Raises ConfigError, and Refused for settings that mean nothing."""
    folder, note, fault = _folder(session)
    ours = resources("creditsui") / "hermes_plugin"
    contents = {TOLD: f"{session.paths.status}\n".encode()}
    contents |= {name: ours.joinpath(*name.split("/")).read_bytes() for name in FILES}
    return Plugin(folder, contents, note, fault)


def install(plugin: Plugin) -> list[str]:
    """Write it; names of the files that changed. Raises Refused where it has no place, and OSError."""
    from creditsui.adapters import plugin_folder

    if plugin.fault:
        raise Refused(plugin.fault)
    where = clean(str(plugin.folder))
    if plugin.folder.is_symlink() or (plugin.folder.exists() and not plugin.folder.is_dir()):
        raise Refused(f"{where} is no folder of its own; move it away first.")
    there = plugin_folder.held(plugin.folder, ("plugin.yaml",))["plugin.yaml"]
    if there is not None and f"name: {NAME}".encode() not in there.splitlines():
        raise Refused(f"{where} holds another plugin; move it away first.")
    return plugin_folder.write(plugin.folder, plugin.files)


def _folder(session: Session) -> tuple[Path, str, str]:
    """Where it belongs, what to know of that place, and why it has none."""
    from creditsui.adapters import hermes_files

    told = options(configured.current(session).rest.get("routing")).home
    named = told or session.env.get("HERMES_HOME", "").strip()
    try:
        place = hermes_files.place(session.env, session.paths.home, told)
    except Refused as refused:
        home = Path(named) if named else session.paths.home / ".hermes"
        return home / "plugins" / NAME, "", str(refused)
    if place.home in (place.root, Path(named)):
        return place.home / "plugins" / NAME, "", ""
    # `hermes` follows the profile that was chosen for good, while the dashboard stays with the root.
    profile, home_of = clean(place.home.name), clean(str(place.home))
    note = f"Profile {profile} has its own plugins; for /credits there: HERMES_HOME={home_of} creditsui hermes-plugin"
    return place.root / "plugins" / NAME, f"{note} --write", ""
