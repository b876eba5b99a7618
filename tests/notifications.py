"""A notification daemon on a bus of the test's own: it shows nothing and remembers all.

with KeyringSession(tmp_path, service=False) as bus, NotificationDaemon(bus.env()) as daemon:
    …
    assert daemon.shown[0].body == "hello"
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

NAME = "org.freedesktop.Notifications"


@dataclass(frozen=True)
class Shown:
    app: str
    summary: str
    body: str
    urgency: int | None


class NotificationDaemon:
    """`hangs`: it takes the name, reads every call and answers none."""

    def __init__(self, env: Mapping[str, str], *, hangs: bool = False) -> None:
        self._address = env["DBUS_SESSION_BUS_ADDRESS"].removeprefix("unix:path=")
        self._hangs = hangs
        self.shown: list[Shown] = []
        self._over = threading.Event()

    def __enter__(self) -> Self:
        from jeepney import DBusAddress, new_method_call
        from jeepney.io.blocking import open_dbus_connection

        self._connection = open_dbus_connection(f"unix:path={self._address}")
        bus = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
        reply = self._connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", (NAME, 4)), timeout=10)
        assert reply.body == (1,)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(5)
        self._connection.close()

    def _serve(self) -> None:
        from jeepney import HeaderFields, MessageType, new_method_return

        while not self._over.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is not MessageType.method_call or self._hangs:
                continue
            answer = self._answer(message.header.fields[HeaderFields.member], message.body)
            if answer is not None:
                self._connection.send(new_method_return(message, *answer))

    def _answer(self, member: str, body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        if member == "GetServerInformation":
            return "ssss", ("tests", "creditsui", "1", "1.2")
        if member == "GetCapabilities":
            return "as", (["body", "body-markup"],)
        if member == "Notify":
            app, _, _, summary, text, _, hints, _ = body
            self.shown.append(Shown(app, summary, text, hints["urgency"][1] if "urgency" in hints else None))
            return "u", (len(self.shown),)
        return None
