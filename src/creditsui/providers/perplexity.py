"""Perplexity: a key only serves answers; no money, no limits. Its own list of jobs proves it valid, free of charge."""

from collections.abc import Mapping

from creditsui.domain.problem import Refused
from creditsui.domain.reading import Reading
from creditsui.providers import refusals
from creditsui.providers.fields import record
from creditsui.providers.spec import Answers, Get, Provider


def parse(answers: Answers) -> Reading:
    jobs = answers["jobs"]
    if jobs.status in {404, 405, 410}:
        return Reading(at=answers.now)  # nothing was said about the key
    if not 200 <= jobs.status < 300:
        raise Refused(refusals.problem(PROVIDER, jobs))
    if not isinstance(record(jobs.body)["requests"], list):
        raise TypeError("requests is no list")
    return Reading(at=answers.now, badges=("key valid",))


def _first(answers: Answers) -> Mapping[str, str]:
    return {"limit": "1"}


PROVIDER = Provider(
    id="perplexity",
    name="Perplexity API",
    url="https://api.perplexity.ai",
    console_url="https://console.perplexity.ai",
    parse=parse,
    asks=(Get(name="jobs", path="/async/chat/completions", query=_first, failure="quiet"),),
    env=("PERPLEXITY_API_KEY", "PPLX_API_KEY"),
    base_env=("PERPLEXITY_BASE_URL",),
    key_forms=("pplx-",),
    tells=(),
)
