"""The colour of each band, where no theme says another. A module of its own, so that a status line loads little."""

BANDS = {
    "healthy": ((0x4F, 0xC2, 0x6B), "32"),
    "fair": ((0xD9, 0xC3, 0x44), "33"),
    "low": ((0xE0, 0x8B, 0x36), "93;1"),
    "critical": ((0xE5, 0x53, 0x4B), "31"),
    "unknown": ((0x8A, 0x90, 0x9E), "90"),
}
"""24-bit colour and its place among the 16 where there are no more."""


def hexadecimal(band: str) -> str:
    """A band's colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*BANDS[band][0])
