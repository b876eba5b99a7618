"""The keys of each screen as bindings, for the footer, the help and the palette."""

from textual.binding import Binding

from creditsui.core import keymap

_GROUPS = {name: Binding.Group(name) for name in keymap.GROUPS}


def _bindings(keys: tuple[keymap.Key, ...]) -> tuple[Binding, ...]:
    return tuple(
        Binding(key.keys, key.action, key.words, show=key.show, tooltip=key.help, id=key.id, group=_GROUPS[key.group])
        for key in keys
    )


KEYS = _bindings(keymap.ACCOUNTS)
SPEND_KEYS = _bindings(keymap.SPEND)
TIMELINE_KEYS = _bindings(keymap.TIMELINE)
ROUTING_KEYS = _bindings(keymap.ROUTING)

#: Actions that mean nothing while there is no account under the cursor.
ON_ACCOUNT = frozenset(
    {
        "topup",
        "thresholds",
        "refresh",
        "refused",
        "sync_by_hand",
        "key",
        "probe",
        "explain",
        "snooze",
        "console",
        "copy",
        "detail",
    }
)
