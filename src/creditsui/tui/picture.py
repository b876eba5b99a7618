"""Where a picture of the screen is put."""

from collections.abc import Mapping
from pathlib import Path


def save(drawing: str, name: str, env: Mapping[str, str], home: Path) -> Path:
    """Write an SVG among the user's pictures, or into the current folder where there are none. Raises OSError."""
    chosen = env.get("XDG_PICTURES_DIR", "")
    for folder in (Path(chosen) if chosen else home / "Pictures", Path.cwd()):
        if folder.is_dir():
            path = folder / name
            path.write_text(drawing, encoding="utf-8")
            return path
    raise FileNotFoundError(2, "there is no folder for it")
