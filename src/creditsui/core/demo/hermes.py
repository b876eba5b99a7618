"""The demo's Hermes Agent: settings that can be changed, keys that are none, and models that nobody is asked for."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from creditsui.core.hermes.live_models import Listing
from creditsui.domain.secret import Secret

if TYPE_CHECKING:
    from creditsui.core.asking.round import Network
    from creditsui.routing.hermes_ids import Target

_CONFIG = """\
# The demo's Hermes. It vanishes with the demo.
model:
  default: claude-opus-4-8     # the big one
  provider: anthropic
  max_tokens: 8192

delegation:
  model: "claude-haiku-4-5"    # helpers
  provider: anthropic
  max_iterations: 50

fallback_providers:
  - provider: local            # my own machine
    model: qwen-coder

approvals:
  mode: "off"
"""
_HOLDS = ("anthropic", "openrouter", "deepseek", "openai-api")
"""Whose keys it has."""
_JOB = {
    "id": "3f2a9c10b7de", "name": "morning brief", "enabled": True, "provider": None, "model": None,
    "provider_snapshot": "anthropic", "model_snapshot": "claude-opus-4-8",
}  # fmt: skip


def settle(home: Path) -> None:
    """Write its files below `home`."""
    folder = home / ".hermes"
    (folder / "cron").mkdir(parents=True, exist_ok=True)
    pool = {one: [{"access_token": f"no-key-of-{one}", "auth_type": "api_key"}] for one in _HOLDS}
    for name, text in (
        ("config.yaml", _CONFIG),
        ("auth.json", json.dumps({"credential_pool": pool})),
        ("cron/jobs.json", json.dumps({"jobs": [_JOB]})),
    ):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


async def listed(network: "Network", target: "Target", base: str, key: Secret) -> Listing:
    """Every provider has the models that are known for it."""
    return Listing((*target.flagship, *target.fast))
