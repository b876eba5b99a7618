"""What tells one text from all others, in 64 bits."""

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL as well, which takes longer than reading a small log
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b", "digest"]


def digest(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
