"""The scripts of the one page that has any: Plotly and what feeds it, once for all bundles, named by their hash.

Knows files and names; knows no page. Bundles refer to them as ../../live/…, so that pages work from a disk, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from dashboards.manifest import digest, packed_name
from dashboards.packing import pack
from dashboards.swapping import put_file

FOLDER = "live"
_SHEETS = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",  # empty, filled by Plotly rule by rule
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='",  # for maps, which nothing here draws
)
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {' '.join(_SHEETS)}; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Of the exploring page: our own scripts alone. Plotly sets styles on its elements, and adds two sheets."""
_NAME = re.compile(r"(?:plotly|explore)-([0-9a-f]{16})\.js")


@lru_cache(maxsize=1)
def scripts() -> Mapping[str, bytes]:
    """The scripts by the names that pages give them, Plotly first."""
    plotly = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    explore = (Path(__file__).parent / "static" / "explore.js").read_bytes()
    return {_named("plotly", plotly): plotly, _named("explore", explore): explore}


def put_scripts(out_dir: Path) -> None:
    """Write them beside the streams, packed too, where they are not there yet."""
    folder = out_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in scripts().items():
        if not (folder / packed_name(name)).is_file():
            put_file(folder / name, content)
            put_file(folder / packed_name(name), pack(content))


def script(out_dir: Path, name: str, *, packed: bool) -> bytes | None:
    """A script as it was published, as gzip where asked for; None for any other name, or bytes that are not its own.

    Packed bytes are believed: `put_scripts` writes them after the script, and nobody else writes here.
    """
    named = _NAME.fullmatch(name)
    path = out_dir / FOLDER / name
    if named is None or not path.is_file():
        return None
    if packed:
        twin = path.with_name(packed_name(name))
        return twin.read_bytes() if twin.is_file() else None
    content = path.read_bytes()
    return content if digest(content).startswith(named[1]) else None


def _named(stem: str, content: bytes) -> str:
    return f"{stem}-{digest(content)[:16]}.js"
