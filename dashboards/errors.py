"""The errors of this room: what was wrong with what was asked, what exists, what to do.

DashboardError
├── PublishedFileError   the published file cannot be read or lacks a table
├── NotPublishedError    the stream or period asked for is not in it
├── LanguageError        pages cannot be written in the language asked for
├── TemplateError        slides cannot be written in the PowerPoint template given
└── PrintingError        the PDF could not be made
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from metrics.errors import suggest


class DashboardError(ValueError):
    """Base of every error raised by dashboards/."""


class PublishedFileError(DashboardError):
    """The published file cannot be used."""

    @classmethod
    def from_missing_file(cls, path: Path) -> PublishedFileError:
        """Nothing lies at the path."""
        return cls(f"There is no published file at {path}. Run the pipeline first; it writes one.")

    @classmethod
    def from_unreadable(cls, path: Path, why: str) -> PublishedFileError:
        """Something lies there that is no DuckDB file."""
        return cls(f"{path} cannot be read as a published file: {why}")

    @classmethod
    def from_missing_table(cls, path: Path, table: str) -> PublishedFileError:
        """A table of the contract is absent."""
        return cls(f"{path} has no table {table!r}. It was not written by this version; publish it again.")

    @classmethod
    def from_unknown_verdict(cls, verdict: str, known: Iterable[str]) -> PublishedFileError:
        """A verdict outside the closed list."""
        return cls(f"The published file holds the verdict {verdict!r}, which nobody defined.{suggest(verdict, known)}")


class NotPublishedError(DashboardError):
    """Nothing is published under this name."""

    @classmethod
    def from_unknown_stream(cls, stream: str, known: Iterable[str]) -> NotPublishedError:
        """No such stream in the file."""
        return cls(f"The stream {stream!r} is not in the published file.{suggest(stream, known)}")

    @classmethod
    def from_wrong_grain(cls, period: str) -> NotPublishedError:
        """A period that is not a quarter."""
        return cls(f"A review covers one quarter, and {period!r} is none. Write it as 2026-Q3.")

    @classmethod
    def from_unmeasured_period(cls, stream: str, period: str, known: Iterable[str]) -> NotPublishedError:
        """A period without a published value."""
        quarters = ", ".join(known) or "none yet"
        return cls(f"Nothing of {stream!r} is published for {period!r}. Quarters that are: {quarters}.")


class LanguageError(DashboardError):
    """There is no such language."""

    @classmethod
    def from_unknown(cls, language: str, known: Iterable[str]) -> LanguageError:
        """A language without a catalogue."""
        return cls(f"Pages cannot be written in {language!r}.{suggest(language, known)}")


class TemplateError(DashboardError):
    """The PowerPoint template cannot be used."""

    @classmethod
    def from_unreadable(cls, path: Path, why: str) -> TemplateError:
        """Nothing lies there, or something that is no presentation."""
        return cls(f"{path} cannot be read as a PowerPoint template (.pptx): {why}")

    @classmethod
    def from_lacking(cls, path: Path, lacking: Iterable[str], found: Iterable[str]) -> TemplateError:
        """Layouts or placeholders that slides are written into are not in it."""
        there = ", ".join(repr(name) for name in found) or "none"
        return cls(
            f"The template {path} lacks {'; '.join(lacking)}. Its layouts are {there}. Take the review.pptx of any "
            "published review as a start: its master has all of them. docs/review.md says which they are."
        )


class PrintingError(DashboardError):
    """The PDF could not be made."""

    @classmethod
    def from_no_browser(cls, path: Path) -> PrintingError:
        """Nothing that runs lies where the browser should be."""
        return cls(
            f"STREAMGAUGE_CHROMIUM is {str(path)!r}, where nothing lies that can be run. Write the path of a Chromium, "
            "or none to have the PDF set without a browser."
        )

    @classmethod
    def from_failure(cls, browser: Path, why: str, said: str = "") -> PrintingError:
        """The browser ran and gave no PDF."""
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")
        told = f" It said last: {last[:300]}" if last else ""
        return cls(
            f"{browser} could not print the review: {why}.{told} Try again; with STREAMGAUGE_CHROMIUM=none the PDF is "
            "set without a browser."
        )

    @classmethod
    def from_typesetting(cls, why: str) -> PrintingError:
        """Typst refused what we gave it: our mistake, not the reader's."""
        return cls(f"The PDF could not be set by Typst: {why}. Please report it; the other files are not touched.")
