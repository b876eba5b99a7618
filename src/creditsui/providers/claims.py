"""The claims of a JSON web token, unverified: they only describe who is logged in, and nothing is allowed by them."""

import base64
import binascii
from collections.abc import Mapping

from creditsui.domain.clean import decode_json
from creditsui.providers.fields import word
from creditsui.providers.spec import Json


def claims(token: Json) -> Mapping[str, Json]:
    """Empty for anything that is not such a token."""
    parts = word(token).split(".")
    if len(parts) != 3:
        return {}
    try:
        found = decode_json(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
