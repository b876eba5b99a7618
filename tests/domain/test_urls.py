"""Which hosts are this machine."""

import pytest

from creditsui.domain.urls import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_known_by_name_and_by_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "example.com", "127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "::", "2130706433"],
)
def test_what_only_looks_like_this_machine_is_another(host: str) -> None:
    assert not is_loopback(host)
