"""Is a body a message at all? Only what no reader could ever decode is refused; all else is kept and judged later.

Knows the outermost layer of protobuf and the grammar of JSON; knows no event and no span. Checking costs far less than
decoding, and builds nothing.
"""

from __future__ import annotations

import msgspec

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_MOST_FIELDS = 10_000  # an export request has one for each resource
_RAW = msgspec.json.Decoder(msgspec.Raw)


class FormError(ValueError):
    """The body cannot be decoded by anyone; the text says why."""


def check_protobuf(body: bytes) -> None:
    """The fields of the outermost message follow each other up to the end; what is inside them is not looked at.

    Where there are very many fields, the rest is left to the reader: looking must not cost more than reading.

    Raises:
        FormError: not protobuf, or cut short.
    """
    at, end = 0, len(body)
    for _ in range(_MOST_FIELDS):
        if at >= end:
            break
        key, at = _read_varint(body, at)
        wire_type = key & 7
        if not 0 < key >> 3 < 1 << 29:
            raise FormError("the body is not a protobuf message")
        if wire_type == _VARINT:
            _, at = _read_varint(body, at)
        elif wire_type == _LENGTH:
            length, at = _read_varint(body, at)
            at += length
        elif wire_type in _FIXED_BYTES:
            at += _FIXED_BYTES[wire_type]
        else:
            raise FormError("the body is not a protobuf message")
    if at > end:
        raise FormError("the protobuf message is cut short")


def check_json(body: bytes, opening: bytes = b"") -> None:
    """The body is one JSON text in UTF-8; with `opening` one that begins with this bracket.

    Raises:
        FormError: not JSON, not UTF-8, nested too deep, or of another kind.
    """
    try:
        if not body.isascii():
            body.decode("utf-8")
        _RAW.decode(body)
    except UnicodeDecodeError as error:
        raise FormError("the body is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise FormError(f"the body is not JSON: {error}") from error
    except RecursionError as error:
        raise FormError("the JSON is nested too deep") from error
    if not body.lstrip(b" \t\r\n").startswith(opening):
        raise FormError(f"the JSON does not begin with {opening.decode()}")


def _read_varint(body: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place, byte in enumerate(body[at : at + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    raise FormError("the protobuf message is cut short or damaged")
