"""How a log's own names map to events: columns of a table, words of a lifecycle, spans that are steps."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from metrics.stream.section import Lifecycle, Section, TimeZone

Precision = Literal["exact", "second", "minute", "hour", "day"]
SpanKind = Literal["internal", "server", "client", "producer", "consumer"]


class Spans(Section):
    """Which OpenTelemetry spans are steps of the stream. Without this section none is: most spans are mere detail."""

    services: tuple[str, ...] = Field((), description="whose spans these are, `*` stands for anything; all when empty")
    kinds: tuple[SpanKind, ...] = Field((), description="kinds of spans; all when empty")
    case: str = Field(
        "streamgauge.case.id", description="attribute of span or resource that names the case, or `trace_id`"
    )
    steps: dict[str, str | None] = Field(
        default_factory=dict, description="name of the span to step, null for none; others keep their name"
    )


class Source(Section):
    """How a log's own names map to events: columns of a tabular or XES log, attributes and objects, words, spans."""

    columns: dict[
        Literal[
            "case_id", "step", "event_at", "event_id", "sequence", "lifecycle", "activity_id", "performer",
            "performer_kind", "role", "team", "outcome", "attempt", "release",
        ],
        str,
    ] = Field(default_factory=dict, description="our name to a column of a table, or a key of XES events")  # fmt: skip
    case_object: str | None = Field(None, description="object-centric logs: the type of object that is a case")
    performer_object: str | None = Field(None, description="object-centric logs: the type of object that performs")
    performer_attributes: tuple[str, ...] = Field(
        (), description="object-centric logs: attributes that name who performs; the first an event has counts"
    )
    time_format: str | None = Field(None, description="strptime format; ISO 8601 when absent")
    time_zone: TimeZone | None = Field(None, description="zone of times written without an offset")
    precision: Precision = Field(
        "exact", description="to what its times are told; one told to the day may lie anywhere in that day"
    )
    precision_by_step: dict[str, Precision] = Field(default_factory=dict, description="steps told otherwise")
    encoding: str = Field("utf-8", description="of CSV files")
    delimiter: str = Field(",", description="of CSV files")
    lifecycle: dict[str, Lifecycle] = Field(default_factory=dict, description="the log's own words")
    lifecycle_default: Lifecycle | None = Field(None, description="what a word not listed means")
    spans: Spans | None = Field(None, description="OpenTelemetry spans that are steps; none when absent")

    @property
    def is_exact(self) -> bool:
        """Are all times exact to the microsecond?"""
        return {self.precision, *self.precision_by_step.values()} == {"exact"}
