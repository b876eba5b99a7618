"""What a change of the primary brings about elsewhere in Hermes, said before it is made."""

from collections.abc import Iterable, Mapping
from typing import Any

from creditsui.domain.clean import clean
from creditsui.routing.hermes_ids import canonical
from creditsui.routing.route import Choice, Route

_SHOWN = 5


def warnings(
    jobs: Iterable[Mapping[str, Any]], gateway: int | None, context: int | None, route: Route, current: Route | None
) -> tuple[str, ...]:
    """Sentences, the gravest first; none where nothing of note follows from moving from `current` to `route`.

    `jobs` are those of `cron/jobs.json`; `gateway` is the process id of one that runs; `context` is the user's own
    `model.context_length`.
    """
    moved = current is None or current.primary != route.primary
    said = [_skipped(jobs, route.primary)] if moved else []
    if moved and context is not None:
        said.append(f"model.context_length stays {context}, whatever {route.primary.model} can hold.")
    if gateway is not None:
        said.append(f"A gateway runs (process {gateway}): what it began keeps the old model until it is restarted.")
    return tuple(filter(None, said))


def _skipped(jobs: Iterable[Mapping[str, Any]], primary: Choice) -> str:
    names = [_name(job) for job in jobs if skips(job, primary)]
    if not names:
        return ""
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    if len(names) == 1:
        return f"Hermes will skip a scheduled job that follows the primary, until it is pinned: {shown}."
    return f"Hermes will skip {len(names)} scheduled jobs that follow the primary, until they are pinned: {shown}."


def skips(job: Mapping[str, Any], primary: Choice) -> bool:
    """Whether Hermes will not run a job any more: it was made under another provider or model, and names neither."""
    if not job.get("enabled", True) or job.get("state") == "paused" or job.get("no_agent"):
        return False
    return any(
        (before := _text(job, f"{part}_snapshot")) and not _text(job, part) and before != now.lower()
        for part, now in (("provider", canonical(primary.provider)), ("model", primary.model))
    )


def _name(job: Mapping[str, Any]) -> str:
    return clean(_text(job, "name", lower=False) or _text(job, "id", lower=False) or "one without a name", 60)


def _text(job: Mapping[str, Any], key: str, *, lower: bool = True) -> str:
    value = job.get(key)
    plain = value.strip() if isinstance(value, str) else ""
    return plain.lower() if lower else plain
