"""Published bytes, as the manifests vouch for them. A path is looked up in a manifest, never on the disk.

What was read and found to be right is kept while its bundle stays the same; nothing else is remembered, so any number
of processes can serve the same directory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from dashboards.manifest import (
    NAME,
    Manifest,
    ManifestError,
    bundles_in,
    digest,
    is_bundle_name,
    packed_name,
    portfolios_in,
    read_manifest,
)

_READ_AGAIN = 2
_MOST_BYTES = 16_000_000
_MOST_MANIFESTS = 1_000
_Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Published:
    """The bytes of a file, the sha256 that the manifest gives for it, and whether the bytes are gzip of it."""

    content: bytes
    digest: str
    is_packed: bool = False

    @property
    def tag(self) -> str:
        """Its ETag: another one for each form of the same file."""
        return f'"{self.digest[:32]}{"-gzip" if self.is_packed else ""}"'


class Shelf:
    """The published directory, which may be empty, and may change while it is read. Threads may share it."""

    def __init__(self, pages_dir: Path, most_bytes: int = _MOST_BYTES) -> None:
        self.pages_dir = pages_dir
        self._most_bytes, self._held_bytes = most_bytes, 0
        self._manifests: dict[Path, tuple[_Signature, Manifest]] = {}
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def bundles(self) -> list[Manifest]:
        """Every readable bundle: streams by name, newest period first."""
        return bundles_in(self.pages_dir, self._read)

    def portfolios(self) -> list[str]:
        """The quarters that have a portfolio, newest first."""
        return portfolios_in(self.pages_dir)

    def manifest(self, stream: str, period: str) -> Manifest | None:
        """The manifest of a bundle as it stands now; None where there is none that can be believed."""
        if not is_bundle_name(stream, period):
            return None
        try:
            return self._read(self.pages_dir / stream / period)
        except ManifestError:
            return None

    def _read(self, bundle: Path) -> Manifest:
        """The manifest of a bundle, read again only when its file is another one."""
        try:
            told = (bundle / NAME).stat()
        except OSError as error:
            raise ManifestError.from_unreadable(bundle / NAME, error) from error
        signature = (told.st_mtime_ns, told.st_size, told.st_ino)
        kept = self._manifests.get(bundle)
        if kept is not None and kept[0] == signature:
            return kept[1]
        found = read_manifest(bundle)
        if len(self._manifests) >= _MOST_MANIFESTS:
            self._manifests.clear()
        self._manifests[bundle] = (signature, found)
        return found

    def file(self, stream: str, period: str, name: str, *, packed: bool = False) -> Published | None:
        """A file that the manifest lists, with bytes that have the hash it gives; None for anything else.

        `packed` asks for gzip, which a file has that is worth it.
        """
        for _ in range(_READ_AGAIN):  # a bundle may be swapped between reading its manifest and reading the file
            manifest = self.manifest(stream, period)
            if manifest is None or name not in manifest.files:
                return None
            twin = manifest.packed.get(name) if packed else None
            wanted, path = (twin, packed_name(name)) if twin else (manifest.files[name], name)
            content = self._content(self.pages_dir / stream / period / path, wanted)
            if content is not None:
                return Published(content, manifest.files[name], is_packed=twin is not None)
        return None

    def _content(self, path: Path, wanted: str) -> bytes | None:
        with self._lock:
            if wanted in self._contents:
                self._contents.move_to_end(wanted)
                return self._contents[wanted]
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if digest(content) != wanted:
            return None
        self._keep(wanted, content)
        return content

    def _keep(self, wanted: str, content: bytes) -> None:
        with self._lock:
            if wanted in self._contents or len(content) > self._most_bytes:
                return
            self._contents[wanted] = content
            self._held_bytes += len(content)
            while self._held_bytes > self._most_bytes:
                self._held_bytes -= len(self._contents.popitem(last=False)[1])
