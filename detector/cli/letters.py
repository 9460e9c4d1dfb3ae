"""Dead letters as JSON lines."""

import base64
import json
from typing import Any

from detector.outcomes import Outcome


def dead_letter_line(outcome: Outcome) -> bytes:
    """One line: where the record stood, why it is a dead letter, and its value byte for byte.

    The value is text where it is UTF-8, else `valueBase64`. Its offset is the line's number in the input, from 0.
    """
    value = outcome.value or b""
    line: dict[str, Any] = {
        "offset": outcome.position.offset,
        "headers": {name: (header or b"").decode(errors="replace") for name, header in outcome.headers},
    }
    try:
        line["value"] = value.decode()
    except UnicodeDecodeError:
        line["valueBase64"] = base64.b64encode(value).decode()
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"
