"""What Hermes' dashboard mounts under /api/plugins/creditsui/, behind its own session token."""

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import APIRouter

router = APIRouter()
_NAME = "hermes_dashboard_creditsui"


def _plugin() -> ModuleType:
    """The folder above, which the dashboard does not import by itself."""
    folder = Path(__file__).resolve().parent.parent
    spec = spec_from_file_location(_NAME, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise ImportError("the plugin is not complete; write it again with: creditsui hermes-plugin --write")
    module = sys.modules[_NAME] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return import_module(f"{_NAME}.board")


_board = _plugin()


def status() -> dict[str, Any]:
    """The last board. No `async`: Hermes' event loop is not kept waiting for the file."""
    answer: dict[str, Any] = _board.status(os.environ, datetime.now(UTC))
    return answer


router.add_api_route("/status", status, methods=["GET"])
