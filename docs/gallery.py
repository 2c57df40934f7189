"""Pictures of every page: `make gallery` photographs what `make demo` published, in light, dark and on a phone.

Each page of the newest bundle and the overview of all streams, in Chromium, whole but for what lies below a limit; and
the sheets of its PDF, its slides and the memo, where poppler-utils and LibreOffice are here to draw them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from dashboards.manifest import Manifest, bundles_in

FOLDER = Path(__file__).parent / "gallery"
HOME = Path(__file__).parents[1] / ".demo" / "published" / "pages"
MOST_HEIGHT = 3200
"""Pixels of a page that a picture shows; technical notes go on for longer."""
MOST_SHEETS = 40
"""Sheets of the PDF that are pictured."""
_COLOURS = 256


@dataclass(frozen=True, slots=True)
class Sight:
    """How a page is looked at."""

    name: str
    width: int
    scheme: str


SIGHTS = (Sight("light", 1280, "light"), Sight("dark", 1280, "dark"), Sight("mobile", 390, "light"))


def pages_of(pages_dir: Path) -> Iterator[tuple[str, Path]]:
    """Name and file of the overview and of every page of the newest bundle, in readers' order."""
    newest = max(bundles_in(pages_dir), key=lambda found: found.period)
    yield "overview", pages_dir / "index.html"
    bundle = pages_dir / newest.stream / newest.period
    for stem in _stems(newest):
        yield ("review" if stem == "index" else stem), bundle / f"{stem}.html"


def _stems(bundle: Manifest) -> list[str]:
    names = [name.removesuffix(".html") for name in bundle.files if name.endswith(".html")]
    stems = sorted(name for name in names if not name.endswith(".embed"))
    return [*(s for s in stems if s == "index"), *(s for s in stems if s != "index")]


def photograph(pages_dir: Path, folder: Path) -> list[str]:
    """Write the pictures anew, with a page that shows them; returns the names of the pages."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Pictures need Chromium. Debian: apt-get install chromium")
    if not bundles_in(pages_dir):
        raise SystemExit(f"Nothing is published in {pages_dir}. First: make demo")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = list(pages_of(pages_dir))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for sight in SIGHTS:
            context = browser.new_context(viewport={"width": sight.width, "height": 900}, color_scheme=sight.scheme)
            page = context.new_page()
            for name, path in found:
                page.goto(path.as_uri(), wait_until="load")
                page.evaluate("document.fonts.ready")
                height = min(page.evaluate("document.documentElement.scrollHeight"), MOST_HEIGHT)
                page.set_viewport_size({"width": sight.width, "height": height})
                _keep(page.screenshot(), folder / f"{name}-{sight.name}.png")
                page.set_viewport_size({"width": sight.width, "height": 900})
            context.close()
        browser.close()
    memos = sorted(pages_dir.parent.glob("memos/*/*/memo.pdf"))
    drawn = {
        "On paper": _sheets_of(found[1][1].parent / "review.pdf", folder, "paper", MOST_SHEETS),
        "Slides": _slides_of(found[1][1].parent / "review.pptx", folder),
        "The memo": [name for pdf in memos[:1] for name in _sheets_of(pdf, folder, "memo")],
    }  # fmt: skip
    (folder / "README.md").write_text(_index([name for name, _ in found], drawn), "utf-8")
    return [name for name, _ in found]


def _keep(picture: bytes, path: Path) -> None:
    """A picture in 256 colours, a third of the size: pages have few."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(_COLOURS).save(path, optimize=True)


def _sheets_of(pdf: Path, folder: Path, name: str, most: int = 100) -> list[str]:
    """The first sheets of a PDF; none where there is none, or nothing here can draw it."""
    drawer = shutil.which("pdftoppm")
    if drawer is None or not pdf.is_file():
        sys.stdout.write(f"No pictures of {pdf.name}: it was not made, or there is no pdftoppm (poppler-utils).\n")
        return []
    command = [drawer, "-r", "70", "-l", str(most), "-png", str(pdf), str(folder / name)]
    subprocess.run(command, check=True)  # noqa: S603  # found above, with paths of our own
    drawn = sorted(folder.glob(f"{name}-*.png"))
    for path in drawn:
        _keep(path.read_bytes(), path)
    return [path.name for path in drawn]


def _slides_of(deck: Path, folder: Path) -> list[str]:
    """The slides as LibreOffice shows them; none where it is not here."""
    office = shutil.which("soffice")
    if office is None:
        sys.stdout.write("No pictures of slides: there is no LibreOffice (libreoffice-impress).\n")
        return []
    with tempfile.TemporaryDirectory() as scratch:
        profile = f"-env:UserInstallation={(Path(scratch) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, str(deck)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # found above, with paths of our own
        return _sheets_of(Path(scratch) / f"{deck.stem}.pdf", folder, "slide")


def _index(names: list[str], drawn: dict[str, list[str]]) -> str:
    lines = ["# Every page", "", "Made by `make gallery` from what `make demo` publishes; do not edit.", ""]
    for name in names:
        lines += [f"## {name}", ""]
        lines += [f'<img src="{name}-{sight.name}.png" width="{sight.width // 4}" alt="{name}, {sight.name}">'
                  for sight in SIGHTS]  # fmt: skip
        lines.append("")
    for title, pictures in drawn.items():
        if pictures:
            lines += [f"## {title}", "", *(f'<img src="{name}" width="240" alt="{name}">' for name in pictures), ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Photograph the pages of a folder, of the demo without one."""
    names = photograph(Path(arguments[0]) if arguments else HOME, FOLDER)
    sys.stdout.write(f"{len(names)} pages, {len(SIGHTS)} pictures each, in {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
