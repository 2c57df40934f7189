"""CloudEvents in binary mode: the attributes stand in `ce-` headers, the body is the data; made one structured event.

Knows the HTTP binding 1.0 of CloudEvents; judges no attribute. Strange names and values are kept as they came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from pipelines.receiver.forms import FormError

PREFIX = b"ce-"
_OF_THE_BODY = frozenset({"data", "data_base64", "datacontenttype"})  # members that the body and its type fill
_ESCAPED = re.compile(r"\\(.)")


def structured(headers: Iterable[tuple[bytes, bytes]], data: bytes) -> bytes:
    """The event in structured JSON. `data` is JSON that was checked, or nothing.

    Raises:
        FormError: a header says an attribute twice, says what the body says, or is not UTF-8.
    """
    event: dict[str, str] = {}
    for raw_name, raw_value in headers:
        if raw_name.startswith(PREFIX):
            name = raw_name[len(PREFIX) :].decode("latin-1")
            if name in event or name in _OF_THE_BODY:
                raise FormError("a ce- header is given twice, or says what the body and its content type say")
            event[name] = _decode_value(raw_value)
    event["datacontenttype"] = "application/json"
    told = json.dumps(event, ensure_ascii=False).encode()
    return told if not data.strip() else told[:-1] + b', "data": ' + data + b"}"


def _decode_value(value: bytes) -> str:
    """A header's value: quotes taken away, then percent-decoded once."""
    text = value.decode("latin-1").strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = _ESCAPED.sub(r"\1", text[1:-1])
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormError("a ce- header is not UTF-8") from error
