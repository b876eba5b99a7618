"""Asking needs a library that takes long to load: nobody's event loop waits for it."""

import subprocess
import sys

from tests.servers import Server

PROGRAM = """
import asyncio, sys, threading

class Watch:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread():
            held.append(name)

held = []
sys.meta_path.insert(0, Watch())

async def main(url):
    from creditsui.core.asking.round import Network
    network = Network()
    held.clear()
    await network.load()
    from creditsui.adapters.http import Request
    answers = await asyncio.gather(*(network.send(Request("GET", url), 5) for _ in range(3)))
    assert [answer.status for answer in answers] == [200, 200, 200]
    await network.close()
    print(*{name.partition(".")[0] for name in held})

asyncio.run(main(sys.argv[1]))
"""


def test_what_asking_takes_is_loaded_off_the_event_loop() -> None:
    with Server({("GET", "/x"): {"a": 1}}) as server:
        command = [sys.executable, "-P", "-c", PROGRAM, f"{server.url}/x"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert {*done.stdout.split()}.isdisjoint({"creditsui", "httpx", "httpcore", "anyio", "h11", "ssl", "http"}), done
