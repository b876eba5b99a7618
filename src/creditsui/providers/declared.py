"""A provider declared in TOML: the same object as one written in Python, with the same protections.

`load` checks every word of a declaration and names the line of a mistake. The tables, in the order of a number's way:
`[[ask]]` what is requested, `[[error]]` refusals that a status does not tell, `[[balance]]`, `[limit]`, `[[window]]`,
`[spend]`, `plan` and `[[badge]]` where the numbers stand. Values are expressions (see `expression`) over the answer
of the ask that `from` names, the first one by default.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

from creditsui.domain.clean import clean
from creditsui.domain.problem import Kind, Problem, Refused
from creditsui.domain.reading import Reading, Semantics
from creditsui.providers.declaration import Table, parse
from creditsui.providers.expression import Expression, Missing
from creditsui.providers.picks import Picks, read
from creditsui.providers.spec import Answer, Answers, Get, Param, Provider

_HEADER = re.compile(r"([A-Za-z0-9-]+): (.*\{key\}.*)", re.ASCII)


def load(text: str, id: str, file: str, *, declared: str = "") -> Provider:
    """The provider that a declaration describes. `declared` is its path where a user wrote it. Raises
    DeclarationError."""
    root = Table(parse(text, file), (), text, file)
    asks = tuple(_ask(one, index, root) for index, one in enumerate(root.tables("ask")))
    errors = tuple(_error(one) for one in root.tables("error"))
    picks = read(root, [ask.name for ask in asks])
    name = root.text("name") or id
    tells = root.words("tells") or picks.tells()
    provider = Provider(
        id=id,
        name=name,
        url=root.url("url"),
        console_url=root.url("console_url"),
        parse=lambda answers: _parse_answers(answers, picks, errors, name),
        asks=asks,
        env=root.variables("env"),
        admin_env=root.variables("admin_env"),
        base_env=root.variables("base_env"),
        base_suffix=root.text("base_suffix"),
        params={str(one.path[-1]): _param(one) for one in root.named("params")},
        regions=root.texts("regions"),
        prefixes=root.texts("prefixes"),
        key_forms=root.words("key_forms"),
        refuse=lambda answer: _refuse(answer, errors, name),
        tells=tells,
        credential=root.text("credential") or "API key",
        admin_credential=root.text("admin_credential"),
        cost_of_asking=root.text("cost_of_asking") or None,
        semantics=Semantics(root.choice("semantics", *[one.value for one in Semantics])),
        currency=root.text("currency") or picks.currency(),
        key_url=root.url("key_url"),
        status_url=root.url("status_url"),
        declared=declared,
    )
    root.finish()
    return provider


def _ask(given: Table, index: int, root: Table) -> Get:
    path = given.text("path")
    if not path.startswith("/") or path.startswith("//") or re.search(r"[\s\\?#@]", path):
        raise given.fault("path", "must begin with one “/” and hold no “?”, “#”, “@” or blank; use [ask.query]")
    opt_in = given.choice("opt_in", "", "probe")
    minutes = given.whole("every_minutes", 5 if opt_in else 0, 0, 1440)
    credential = given.words("credential") or ("key",)
    if not set(credential) <= {"key", "admin_key"}:
        raise given.fault("credential", "must be a list of key, admin_key")
    when = given.expression("when")
    failure: Any = given.choice("failure", *(("soft", "quiet") if opt_in else ("fatal", "soft", "quiet")))
    query = given.texts("query")
    return Get(
        name=given.text("name") or ("answer" if not index else f"answer{index + 1}"),
        path=path,
        method="POST" if given.choice("method", "GET", "POST") == "POST" else "GET",
        auth=_auth(given if given.has("auth") else root),
        credential=credential,
        headers=given.texts("headers"),
        query=(lambda _: query) if query else None,
        body=given.json("body"),
        opt_in="probe" if opt_in else "",
        every=timedelta(minutes=minutes),
        failure=failure,
        when=(lambda answers: _first_holds(when, answers)) if when is not None else None,
    )


def _first_holds(when: Expression, answers: Answers) -> bool:
    """Whether a condition holds of the answer before this one."""
    last = list(answers.by_name.values())[-1:]
    return bool(last) and when.holds(last[0].body)


def _auth(given: Table) -> Callable[[str], Mapping[str, str]]:
    template = given.text("auth") or "Authorization: Bearer {key}"
    found = _HEADER.fullmatch(template)
    if found is None:
        raise given.fault("auth", "must be a header with {key} in it, such as “Authorization: Bearer {key}”")
    name, value = found[1], found[2]
    return lambda secret: {name: value.replace("{key}", secret)}


def _param(given: Table) -> Param:
    says = given.text("says")
    if not says:
        raise given.fault("says", "is missing; say in a few words what it is and where to find it")
    optional = given.flag("optional")
    return Param(says, given.variables("env"), not optional)


@dataclass(frozen=True, slots=True)
class _Error:
    """One way in which an answer says no."""

    statuses: tuple[int, ...]
    when: Expression | None
    kind: Kind
    message: str
    action: str | None
    quotes: Expression | None
    source: str

    def met(self, answer: Answer) -> bool:
        if self.statuses and answer.status not in self.statuses:
            return False
        return self.when.holds(answer.body) if self.when is not None else bool(self.statuses)

    def problem(self, answer: Answer, name: str) -> Problem:
        said = ""
        if self.quotes is not None:
            try:
                value = self.quotes.value(answer.body)
            except Missing:
                value = ""
            said = clean(value, 120).strip().rstrip(".") if isinstance(value, str) else ""
        text = self.message or f"{name} refused" + (f": “{said}”." if said else ".")
        return Problem(self.kind, text, self.action)


def _error(given: Table) -> _Error:
    kinds = [one for one in get_args(Kind) if one not in {"no_key", "locked", "offline"}]
    statuses = given.json("status") if isinstance(given.values.get("status"), list) else None
    if statuses is None:
        status = given.whole("status", 0, 0, 599)
        statuses = [status] if status else []
    when = given.expression("when")
    if when is None and not statuses:
        raise given.fault("when", "is missing; say when an answer is an error, such as 'code != 0'")
    kind: Any = given.choice("kind", "unknown", *kinds)
    return _Error(
        tuple(int(one) for one in statuses if isinstance(one, int)),
        when,
        kind,
        given.text("message"),
        given.text("action") or None,
        given.expression("quotes"),
        given.text("from"),
    )


def _refuse(answer: Answer, errors: Sequence[_Error], name: str) -> Problem | None:
    return next((one.problem(answer, name) for one in errors if one.met(answer)), None)


def _parse_answers(answers: Answers, picks: Picks, errors: Sequence[_Error], name: str) -> Reading:
    for source, answer in answers.by_name.items():
        for one in errors:
            if one.source in {"", source} and one.met(answer):
                raise Refused(one.problem(answer, name))
    try:
        return picks.reading(answers)
    except Missing as missing:
        raise Refused(Problem("changed", f"{name} answered in another form: {missing}.")) from None
