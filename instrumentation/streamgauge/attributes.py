"""The wire contract: every attribute an event may carry, declared once; documents and checks are made from it.

Knows names and meanings; knows no format, no transport and no table. A name that is retired is never used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "streamgauge."


class Requirement(StrEnum):
    """When an event must carry an attribute."""

    REQUIRED = "required"
    STEP_EVENTS = "required on events of a step"
    ENDING_EVENTS = "required where a step completes or aborts"
    FAILURE_EVENTS = "required on failure events"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


class Stability(StrEnum):
    """Whether an attribute may still change its meaning."""

    DEVELOPMENT = "development"
    STABLE = "stable"
    ADOPTED = "adopted from OpenTelemetry"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One name of the contract. `is_not` says what it is confused with; `values` is closed where it is not empty.

    `type` is string, int, boolean, enum, or the shape of a structure; `unit` is None where nothing is measured.
    """

    name: str
    type: str
    requirement: Requirement
    example: object
    meaning: str
    is_not: str
    unit: str | None = None
    values: tuple[str, ...] = ()
    stability: Stability = Stability.DEVELOPMENT

    @property
    def short_name(self) -> str:
        """The name as it stands in the `data` of a CloudEvent: without our prefix."""
        return self.name.removeprefix(PREFIX)


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        PREFIX + "event.id", "UUIDv7", Requirement.REQUIRED, "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
        meaning="idempotency key of the event, made before the first try to send it",
        is_not="not the id of a delivery: every retry carries the same one",
    ),
    Attribute(
        PREFIX + "event.sequence", "int", Requirement.RECOMMENDED, 4711,
        meaning="number of the event within its source, counting up by one; a gap is an alarm",
        is_not="not a position in the case",
    ),
    Attribute(
        PREFIX + "stream.name", "string", Requirement.REQUIRED, "order_to_cash",
        meaning="value stream the event belongs to",
        is_not="not a topic or a queue",
    ),
    Attribute(
        PREFIX + "stream.version", "string", Requirement.OPTIONAL, "1",
        meaning="version of the stream's definition the service was built for",
        is_not="not the release of the service",
    ),
    Attribute(
        PREFIX + "case.id", "string", Requirement.REQUIRED, "O-0004711",
        meaning="primary case: one trigger by one customer; absent only where a failure hits the whole stream",
        is_not="not a trace id: a case may live for weeks and cross many traces",
    ),
    Attribute(
        PREFIX + "objects", "[{type, id, qualifier}]", Requirement.OPTIONAL,
        [{"type": "parcel", "id": "P-17", "qualifier": "part of"}],
        meaning="further objects the event refers to",
        is_not="not other cases: an event is counted once, in its primary case",
    ),
    Attribute(
        PREFIX + "step.name", "string", Requirement.STEP_EVENTS, "Check order",
        meaning="activity the event tells of, in words that stay",
        is_not="not the name of a function or an address",
    ),
    Attribute(
        PREFIX + "step.instance_id", "string", Requirement.STEP_EVENTS, "O-0004711/check/1",
        meaning="one execution of the step; pairs its schedule, start and complete",
        is_not="not the step's name; a second visit has a new one",
    ),
    Attribute(
        PREFIX + "lifecycle", "enum", Requirement.REQUIRED, "start",
        meaning="what happened to the step",
        is_not="not its result: that is outcome",
        values=("schedule", "assign", "start", "suspend", "resume", "complete", "abort", "skip", "instant"),
    ),
    Attribute(
        PREFIX + "performer.kind", "enum", Requirement.STEP_EVENTS, "human",
        meaning="who works: a person, a program by rule, a program by judgement, or another company",
        is_not="not guessed from how fast the work was",
        values=("human", "system", "agent", "external"),
    ),
    Attribute(
        PREFIX + "performer.id", "string", Requirement.OPTIONAL, "p-5f0c21",
        meaning="keyed-hash pseudonym of who or what did it",
        is_not="never a name, a login or an e-mail address",
    ),
    Attribute(
        PREFIX + "performer.role", "string", Requirement.OPTIONAL, "Credit desk",
        meaning="role in which the work was done; the rate card prices hours by it",
        is_not="not a job title of one person",
    ),
    Attribute(
        PREFIX + "performer.team", "string", Requirement.OPTIONAL, "Finance Berlin",
        meaning="team or group of the performer",
        is_not="not a queue",
    ),
    Attribute(
        PREFIX + "attempt", "int", Requirement.OPTIONAL, 1,
        meaning="technical try of the same execution; 1 is the first",
        is_not="not rework: nobody was wrong, something was not available",
    ),
    Attribute(
        PREFIX + "rework.of", "string", Requirement.OPTIONAL, "O-0004711/check/1",
        meaning="instance of the step that this one repeats or mends",
        is_not="not a technical retry",
    ),
    Attribute(
        PREFIX + "rework.reason", "string", Requirement.OPTIONAL, "address missing",
        meaning="why the work had to be done again, in the words of the exception class",
        is_not="not free text about a person",
    ),
    Attribute(
        PREFIX + "outcome", "enum", Requirement.ENDING_EVENTS, "success",
        meaning="result of the step",
        is_not="not the outcome of the case: the stream file says which steps are that",
        values=("success", "failure", "error", "timeout", "cancellation", "skip"),
    ),
    Attribute(
        PREFIX + "handoff.mode", "enum", Requirement.OPTIONAL, "manual",
        meaning="how the work was passed on, where the service knows; beats what is inferred",
        is_not="not the kind of either performer",
        values=("automated", "manual"),
    ),
    Attribute(
        PREFIX + "failure.id", "string", Requirement.FAILURE_EVENTS, "INC-2026-0826",
        meaning="containment episode the event belongs to",
        is_not="not the id of an error message: one episode has many",
    ),
    Attribute(
        PREFIX + "failure.stage", "enum", Requirement.FAILURE_EVENTS, "detected",
        meaning="stage of the episode that is reached",
        is_not="not a severity",
        values=("onset", "detected", "triaged", "contained", "remediated", "steady"),
    ),
    Attribute(
        PREFIX + "severity", "int", Requirement.OPTIONAL, 1,
        meaning="how bad a failure is, 1 (worst) to 5",
        is_not="not a log level",
    ),
    Attribute(
        PREFIX + "caused_by_release", "string", Requirement.OPTIONAL, "2.4",
        meaning="release that caused a failure, told with any of its stages once that is known; `none` where none did",
        is_not="not the release in force: that one need not be the cause",
    ),
    Attribute(
        PREFIX + "auto_healed", "boolean", Requirement.OPTIONAL, True,
        meaning="a failure was over without any person",
        is_not="not that an alert closed itself while work was still harmed",
    ),
    Attribute(
        PREFIX + "cost", "[{driver, quantity, unit}]", Requirement.OPTIONAL,
        [{"driver": "cpu_seconds", "quantity": 1.25, "unit": "s"}],
        meaning="metered quantities the event used up; the quantity is fact",
        is_not="not money: prices come from the rate card",
        unit="as each entry says",
    ),
    Attribute(
        PREFIX + "corrects", "string", Requirement.OPTIONAL, "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
        meaning="id of an earlier event of the same source that this one replaces",
        is_not="not an update in place: both are kept",
    ),
    Attribute(
        PREFIX + "retracted", "boolean", Requirement.OPTIONAL, True,
        meaning="the event named by corrects never happened",
        is_not="not a cancellation by the customer",
    ),
    Attribute(
        "service.name", "string", Requirement.REQUIRED, "credit-desk",
        meaning="service that tells the event",
        is_not="not the host it runs on",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "service.version", "string", Requirement.RECOMMENDED, "2.4",
        meaning="release of the service",
        is_not="not the version of the stream or of a contract",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "deployment.environment.name", "string", Requirement.RECOMMENDED, "production",
        meaning="environment; only one of them is measured",
        is_not="not a region",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "vcs.ref.head.revision", "string", Requirement.OPTIONAL, "9d59409acf479dfa0df1aa568182e43e43df8bbe",
        meaning="source revision that was built",
        is_not="not a release",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "error.type", "string", Requirement.OPTIONAL, "timeout",
        meaning="class of a technical error, of few distinct values",
        is_not="not a message",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "cloudevents.event_id", "string", Requirement.OPTIONAL, "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
        meaning="id of the CloudEvent",
        is_not="not unique beyond its source",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "cloudevents.event_source", "string", Requirement.OPTIONAL, "/credit",
        meaning="source of the CloudEvent",
        is_not="not an address to call",
        stability=Stability.ADOPTED,
    ),
    Attribute(
        "cloudevents.event_type", "string", Requirement.OPTIONAL, "order.created",
        meaning="type of the CloudEvent: the business moment in its own words",
        is_not="not the step, nor its lifecycle",
        stability=Stability.ADOPTED,
    ),
)  # fmt: skip
BY_SHORT_NAME: dict[str, Attribute] = {attribute.short_name: attribute for attribute in ATTRIBUTES}
