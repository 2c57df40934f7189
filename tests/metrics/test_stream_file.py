"""The stream file: what is wrong with it is told with its line, and never guessed around."""

from __future__ import annotations

import pytest

from metrics.errors import ContractError, StreamFileError
from metrics.stream import check_steps, parse_stream, read_quantity
from metrics.stream.parse import MAX_CHARACTERS, line_of
from metrics.targets import check_wishes, targets_of

HEAD = "stream: orders\nname: Orders\n"
TRIGGER = "trigger:\n  steps: [Order]\n"
OUTCOMES = "outcomes:\n  - {name: delivered, steps: [Deliver]}\n"
GOOD = HEAD + TRIGGER + OUTCOMES

# what is wrong: (the file, the line, words of the message)
WRONG: dict[str, tuple[str, int | None, str]] = {
    "unknown key": (HEAD + "time_zon: UTC\n" + TRIGGER + OUTCOMES, 3, "'time_zon' is not a known key. Did you mean"),
    "unknown key inside a list": (GOOD + "steps:\n  - name: A\n  - name: B\n    rol: x\n", 10, "Did you mean 'role'?"),
    "unknown key of a section": (GOOD + "rework:\n  rejection: [Return]\n", 8, "Did you mean 'rejections'?"),
    "missing key": (HEAD + TRIGGER, 1, "'outcomes' is missing"),
    "missing key inside a list": (HEAD + TRIGGER + "outcomes:\n  - steps: [D]\n", 6, "'outcomes.0.name' is missing"),
    "doubled key": (GOOD + "name: Again\n", 7, "'name' is given twice"),
    "doubled key below": (HEAD + "trigger:\n  steps: [A]\n  steps: [B]\n" + OUTCOMES, 5, "'steps' is given twice"),
    "broken YAML": (HEAD + "trigger: [Order\n" + OUTCOMES, 4, "is not valid YAML"),
    "a tab": (HEAD + "trigger:\n\tsteps: [Order]\n", 4, "is not valid YAML"),
    "two documents": (GOOD + "---\nstream: other\n", 7, "is not valid YAML"),
    "empty": ("", 1, "is empty or no mapping; it begins with 'stream: a_name'"),
    "a list": ("- stream\n", 1, "is empty or no mapping"),
    "an alias": (GOOD + "owner: &who Ann\nsteps:\n  - {name: *who}\n", 9, "YAML aliases"),
    "a list as key": (GOOD + "? [a, b]\n: 1\n", 7, "is no name for a value"),
    "a number as key": (GOOD + "1: 2\n", 7, "1: Keys should be strings"),
    "a wrong type": (GOOD + "tier: low\n", 7, "tier"),
    "out of range": (GOOD + "fiscal_year_starts: 13\n", 7, "fiscal_year_starts: Input should be less than"),
    "an unknown zone": (GOOD + "time_zone: Berlin\n", 7, "'Berlin' is not an IANA time zone such as Europe/Berlin"),
    "a name that is none": ("stream: My Orders\nname: Orders\n" + TRIGGER + OUTCOMES, 1, "stream: String should match"),
    "a release without offset": (
        GOOD + "releases:\n  - {version: 1.9, at: 2026-08-03T06:00Z}\n  - version: 1.10\n    at: 2026-09-03T06:00\n",
        9, "write the release time with its offset, e.g. 2026-08-03T06:00:00+02:00",
    ),
    "a stage without offset": (
        GOOD + "segments:\n  size: {attribute: a}\nreleases:\n  - version: 1.9\n    at: 2026-08-03T06:00Z\n"
        "    reached: {segment: size, values: [a]}\n    stages:\n      - {at: 2026-09-03T06:00, values: [b]}\n",
        14, "write the release time with its offset",
    ),
    "stages without a beginning": (
        GOOD + "releases:\n  - {version: 1, at: 2026-08-03T06:00Z, stages: [{at: 2026-09-03T06:00Z, values: [b]}]}\n",
        8, "names whom it reached first",
    ),
    "stages out of order": (
        GOOD + "segments:\n  size: {attribute: a}\nreleases:\n  - version: 1\n    at: 2026-08-03T06:00Z\n"
        "    reached: {segment: size, values: [a]}\n    stages: [{at: 2026-08-03T06:00Z, values: [b]}]\n",
        10, "write the stages in order of time",
    ),
    "a value reached twice": (
        GOOD + "segments:\n  size: {attribute: a}\nreleases:\n  - version: 1\n    at: 2026-08-03T06:00Z\n"
        "    reached: {segment: size, values: [a]}\n    stages: [{at: 2026-09-03T06:00Z, values: [a]}]\n",
        10, "a value is reached once",
    ),
    "a roll-out by no segment": (
        GOOD + "releases:\n  - {version: 1, at: 2026-08-03T06:00Z, reached: {segment: size, values: [a]}}\n",
        1, "release 1 reached values of 'size', which is no segment; segments: none yet",
    ),
    "a baseline of nothing": (GOOD + "baseline: {note: calm}\n", 7, "give either period, or first_on and until_on"),
    "a baseline of both": (
        GOOD + "baseline: {period: 2026-Q1, first_on: 2026-01-01, until_on: 2026-02-01}\n", 7, "give either period",
    ),
    "half a baseline": (GOOD + "baseline: {first_on: 2026-01-01}\n", 7, "give either period, or first_on"),
    "a baseline of no day": (
        GOOD + "baseline: {first_on: 2026-01-01, until_on: 2026-01-01}\n", 7, "so it is later than first_on",
    ),
    "a change without a reason": (GOOD + "rebase:\n  - {at_on: 2026-01-01, reason: ''}\n", 8, "rebase.0.reason"),
    "two ways to begin": (HEAD + "trigger:\n  steps: [Order]\n  first_event: true\n" + OUTCOMES, 3, "give either"),
    "no way to begin": (HEAD + "trigger: {}\n" + OUTCOMES, 3, "give either steps or first_event: true"),
    "two ways to end": (
        HEAD + TRIGGER + "outcomes:\n  - {name: a, steps: [x]}\n  - name: b\n    steps: [y]\n    last_event: true\n", 7,
        "give exactly one of steps, last_steps or last_event",
    ),
    "no outcome": (HEAD + TRIGGER + "outcomes: []\n", 5, "outcomes"),
    "a segment of two": (GOOD + "segments:\n  size: {attribute: a, count_of: b}\n", 8, "either attribute or count_of"),
    "two failures of a name": (
        GOOD + "failures:\n  - {name: a, detected: [x], steady: [y]}\n  - {name: a, detected: [x], steady: [y]}\n", 1,
        "'a' must name one failure rule or watch",
    ),
    "a watch named like a failure": (
        GOOD + "failures:\n  - {name: a, detected: [x], steady: [y]}\nincidents:\n  watch:\n"
        "    - {name: a, steps: [x], failing_outcomes: [error]}\n", 1, "'a' must name one failure rule or watch",
    ),
    "a failure named like those events tell": (
        GOOD + "failures:\n  - {name: event, detected: [x], steady: [y]}\n", 1, "'event' is what events tell",
    ),
    "hours after no release": (
        GOOD + "failures:\n  - {name: a, detected: [x], steady: [y], release_hours: 3}\n", 1, "release_hours needs",
    ),
    "hours of a watch after no release": (
        GOOD + "incidents:\n  watch:\n    - {name: a, steps: [x], failing_outcomes: [error], release_hours: 3}\n", 1,
        "release_hours needs",
    ),
    "hours of told incidents after no release": (GOOD + "incidents: {release_hours: 3}\n", 1, "release_hours needs"),
    "a watch that sees no failure": (
        GOOD + "incidents:\n  watch:\n    - {name: a, steps: [x]}\n", 9, "either failing_steps or failing_outcomes",
    ),
    "a watch that fails two ways": (
        GOOD + "incidents:\n  watch:\n    - {name: a, steps: [x], failing_steps: [x], failing_outcomes: [error]}\n", 9,
        "either failing_steps or failing_outcomes",
    ),
    "a failing step that is not watched": (
        GOOD + "incidents:\n  watch:\n    - {name: a, steps: [x], failing_steps: [y]}\n", 9,
        "the failing step 'y' is none of its steps",
    ),
    "two watches that close": (
        GOOD + "incidents:\n  watch:\n    - {name: a, steps: [x], failing_outcomes: [error], closes_told: true}\n"
        "    - {name: b, steps: [x], failing_outcomes: [error], closes_told: true}\n", 7, "only one watch can close",
    ),
    "a language without pages": (GOOD + "words:\n  case: order\n  language: fr\n", 9, "words.language: Input should"),
    "an unknown kind": (GOOD + "performers:\n  kinds:\n    - {kind: robot}\n", 9, "performers.kinds.0.kind"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_line(text: str, line: int | None, words: str) -> None:
    """Whatever is wrong in a stream file is one sentence with the file, the line and what was expected."""
    with pytest.raises(StreamFileError) as caught:
        parse_stream(text, "orders.yaml")
    assert words in str(caught.value)
    assert str(caught.value).startswith("orders.yaml" if line is None else f"orders.yaml, line {line}: ")
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_a_file_too_large_is_not_read() -> None:
    """A file beyond the limit is refused by its size before YAML sees it."""
    with pytest.raises(StreamFileError, match="is larger than 1,000,000 characters"):
        parse_stream("#" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize("depth", [20, 300, 20_000])
def test_a_file_too_deep_is_not_followed(depth: int) -> None:
    """Nesting beyond what any section needs is refused, however deep it is, and never ends the program."""
    with pytest.raises(StreamFileError, match="line 7: is nested too deeply"):
        parse_stream(GOOD + "words: " + "[" * depth + "]" * depth + "\n")


def test_times_and_numbers_stay_names() -> None:
    """Names that look like numbers are kept as written, and a release time keeps its offset."""
    released = "releases:\n  - {version: 1.10, at: 2026-08-03T06:00+02:00}\n"
    text = HEAD + "trigger:\n  steps: [4711]\n" + OUTCOMES + released
    stream = parse_stream(text)
    assert stream.trigger.steps == ("4711",)
    assert stream.releases[0].at.isoformat() == "2026-08-03T06:00:00+02:00"


@pytest.mark.parametrize("name", ["010", "1_000", "0x1F", "12:30", "1.10", "1e3", "007", "+5"])
def test_a_name_like_a_number_is_kept_as_written(name: str) -> None:
    """A step called 010 or a version 1.10 is that text, not the number YAML would make of it."""
    assert parse_stream(GOOD + f"steps:\n  - {{name: {name}}}\n").steps[0].name == name


@pytest.mark.parametrize("word", ["NA", "n/a", "None", "'null'", "'no'", "'Yes'"])
def test_words_that_look_like_nothing_are_names(word: str) -> None:
    """A step called NA, None or a quoted null is a step."""
    assert parse_stream(GOOD + f"steps:\n  - {{name: {word}}}\n").steps[0].name == word.strip("'")


def test_a_likely_slip_is_refused_with_the_nearest_step() -> None:
    """A step that never occurs, while one of nearly that name does, is a slip, told with its line."""
    text = GOOD + "rework:\n  rejections: [Retrun]\n"
    with pytest.raises(StreamFileError) as caught:
        check_steps(parse_stream(text), ["Order", "Deliver", "Return"], text)
    assert str(caught.value) == (
        "stream.yaml, line 8: the step 'Retrun' never occurs in the log. Did you mean 'Return'?"
    )


def test_steps_of_failures_and_watches_are_held_against_the_log() -> None:
    """A slip in what begins a failure, or in what is watched, is found with its line."""
    for text in (
        "failures:\n  - {name: a, onset: [Delivr], detected: [Order], steady: [Order]}\n",
        "incidents:\n  watch:\n    - {name: a, steps: [Delivr], failing_outcomes: [error]}\n",
    ):
        whole = HEAD + TRIGGER + "outcomes:\n  - {name: over, last_event: true}\n" + text
        with pytest.raises(StreamFileError, match="Did you mean 'Deliver'"):
            check_steps(parse_stream(whole), ["Order", "Deliver"], whole)


def test_a_rare_step_is_not_refused() -> None:
    """A step that has not occurred so far, and is like no other, is only told."""
    text = GOOD + "rework:\n  rejections: [Recall by the maker]\n"
    assert check_steps(parse_stream(text), ["Order", "Deliver", "Return"], text) == ["Recall by the maker"]


def test_a_step_like_one_that_is_named_is_not_refused() -> None:
    """'Check 2', not seen yet, is no slip of 'Check 1' where the file names both."""
    text = GOOD + "rework:\n  corrections: [Check 1, Check 2]\n"
    assert check_steps(parse_stream(text), ["Order", "Deliver", "Check 1"], text) == ["Check 2"]


def test_a_step_missing_from_the_files_own_list_is_refused() -> None:
    """Where the file lists its steps, one used elsewhere must be on the list or in the log."""
    text = GOOD + "steps:\n  - name: Order\n  - name: Deliver\nrework:\n  rejections: [Recall]\n"
    with pytest.raises(StreamFileError, match=r"line 11: the step 'Recall' never occurs in the log\. Known:"):
        check_steps(parse_stream(text), ["Order", "Deliver"], text)


def test_a_trigger_that_never_occurs_is_refused() -> None:
    """Without any trigger in the log no case can begin, and the sentence says so."""
    text = GOOD.replace("[Order]", "[Begun]")
    with pytest.raises(StreamFileError, match=r"line 4: no case can begin: the trigger 'Begun' never occurs"):
        check_steps(parse_stream(text), ["Ship", "Deliver"], text)


def test_one_of_several_triggers_is_enough() -> None:
    """A trigger that did not occur is no mistake while another one did."""
    text = GOOD.replace("[Order]", "[Order, Telephone call]")
    assert check_steps(parse_stream(text), ["Order", "Deliver"], text) == ["Telephone call"]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3.5 days", "days", 3.5), ("1 day", "days", 1.0), ("2 hours", "days", 2 / 24), ("90 minutes", "days", 0.0625),
        ("43200 seconds", "days", 0.5), ("2 weeks", "days", 14.0), (" 2 Hours ", "days", 2 / 24),
        ("0.25", "days", 0.25),
        ("90 %", "share", 0.9), ("90%", "share", 0.9), ("1 point", "share", 0.01), ("2.5 points", "share", 0.025),
        ("0.10", "share", 0.1), ("-1 point", "share", -0.01), ("12.50", "currency", 12.5), ("12 EUR", "currency", 12.0),
        ("2.4", "ratio", 2.4), ("100", "count", 100.0),
        ("3 working days", "working_days", 3.0), ("1 working day", "working_days", 1.0), ("2.5", "working_days", 2.5),
    ],
)  # fmt: skip
def test_a_quantity_is_read_in_its_unit(text: str, unit: str, value: float) -> None:
    """A duration becomes days, a percentage or points a share, and a bare number is in the metric's own unit."""
    assert read_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("fast", "days"), ("", "days"), ("3 moons", "days"), ("3,5 days", "days"), ("5 %", "days"),
        ("2 hours", "share"),
        ("1 day 2 hours", "days"), ("nan", "share"), ("2 hours", "currency"), ("5 %", "ratio"), ("1 point", "count"),
        ("90", "share"), ("150 %%", "share"), ("3 days", "working_days"), ("8 hours", "working_days"),
        ("3 working days", "days"), ("3 working days", "ratio"), ("12 EUR each", "currency"),
    ],
)  # fmt: skip
def test_a_quantity_of_another_unit_is_refused(text: str, unit: str) -> None:
    """Hours are no money, a percentage is no duration, and 90 is no share: none is read as something else."""
    with pytest.raises(ContractError, match="is not a quantity in"):
        read_quantity(text, unit)


def test_targets_are_in_the_unit_of_the_metric() -> None:
    """A target is told with its metric, statistic and value in the metric's own unit."""
    stream = parse_stream(GOOD + "targets:\n  flow_time: {p85: 36 hours}\n  first_time_right: {share: 90 %}\n")
    told = [(metric.key, statistic.value, value) for metric, statistic, value in targets_of(stream)]
    assert told == [("flow_time", "p85", 1.5), ("first_time_right", "share", pytest.approx(0.9))]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("targets:\n  flow_tim: {p50: 3 days}\n", "line 8: the metric 'flow_tim' does not exist. Did you mean 'flow"),
        ("meaningful:\n  flow: 2 hours\n", "line 8: the metric 'flow' does not exist."),
        ("words:\n  metrics: {flow_tim: Time}\n", "line 8: the metric 'flow_tim' does not exist."),
        ("targets:\n  flow_time: {p5: 3 days}\n", "The statistic of flow_time 'p5' does not exist."),
        ("targets:\n  flow_time: {p50: 3 %}\n", "'3 %' is not a quantity in days; write '3.5 days' or '2 hours'."),
        ("meaningful:\n  first_time_right: 2 hours\n", "'2 hours' is not a quantity in share; write '90 %' or"),
    ],
)
def test_wishes_that_cannot_be_meant_are_refused(section: str, words: str) -> None:
    """A target or meaningful change of no metric, no statistic of it, or another unit is refused with what would do."""
    with pytest.raises(StreamFileError) as caught:
        check_wishes(parse_stream(GOOD + section), GOOD + section)
    assert words in str(caught.value)


def test_a_baseline_of_no_period_is_told_with_its_line() -> None:
    """A window that is none is refused when the file is registered, not in the run that would freeze it."""
    text = GOOD + "baseline:\n  period: spring\n"
    with pytest.raises(StreamFileError, match=r"line 7: baseline\.period: .* is not a period"):
        check_wishes(parse_stream(text), text)
    good = GOOD + "baseline: {first_on: 2026-01-01, until_on: 2026-04-01, note: before the move}\n"
    check_wishes(parse_stream(good), good)


def test_a_roll_out_in_stages() -> None:
    """Waves are whom it reached when, oldest first; a plain release has one that names nobody."""
    text = GOOD + (
        "segments:\n  size: {attribute: a}\nreleases:\n  - {version: 0.9, at: 2026-08-02T06:00Z, rebase: true}\n"
        "  - version: 1\n    at: 2026-08-03T06:00Z\n    reached: {segment: size, values: [a]}\n"
        "    stages: [{at: 2026-09-03T06:00Z, values: [b, c]}]\n"
    )
    plain, staged = parse_stream(text).releases
    assert [values for _, values in plain.waves] == [()]
    assert [(at.month, values) for at, values in staged.waves] == [(8, ("a",)), (9, ("b", "c"))]
    assert (plain.rebase, staged.rebase) == (True, False)


# Borders


def test_a_file_of_exactly_the_limit_is_read() -> None:
    """A million characters are not too many."""
    assert parse_stream(GOOD + "#" * (MAX_CHARACTERS - len(GOOD))).stream == "orders"


def test_twelve_levels_are_not_too_deep() -> None:
    """Twelve levels are followed, and fail for what stands there; the thirteenth is not."""
    for depth, words in ((11, "words: "), (12, "is nested too deeply")):
        with pytest.raises(StreamFileError, match=words) as caught:
            parse_stream(GOOD + "words: " + "[" * depth + "]" * depth + "\n")
        assert ("deeply" in str(caught.value)) is (depth == 12)


def test_levels_that_were_left_do_not_count() -> None:
    """Twenty sections beside each other are no nesting."""
    steps = "".join(f"  - {{name: s{number}}}\n" for number in range(20))
    assert len(parse_stream(GOOD + "steps:\n" + steps).steps) == 20


def test_the_place_of_a_mistake_in_one_of_two_forms() -> None:
    """Where a value may be a word or a list, the message names the key, and no form of ours."""
    with pytest.raises(StreamFileError, match=r"line 8: rework\.repeats"):
        parse_stream(GOOD + "rework:\n  repeats: sometimes\n")


def test_a_quantity_at_its_borders() -> None:
    """A bare share reaches from −1 to 1, both included; where a number is wanted, a number is asked for."""
    assert [read_quantity(text, "share") for text in ("1", "-1", "0")] == [1, -1, 0]
    for text in ("1.01", "-1.01"):
        with pytest.raises(ContractError, match=r"is not a quantity in share; write '90 %' or '1 point'\."):
            read_quantity(text, "share")
    assert read_quantity("90", "days") == 90
    with pytest.raises(ContractError, match=r"'5 %' is not a quantity in ratio; write a number\."):
        read_quantity("5 %", "ratio")


def test_what_is_near_enough_for_a_slip() -> None:
    """Four letters in five make a slip, three do not."""
    text = GOOD + "rework:\n  rejections: [abcde]\n"
    with pytest.raises(StreamFileError, match=r"Did you mean 'abcdx'\?"):
        check_steps(parse_stream(text), ["Order", "Deliver", "abcdx"], text)
    assert check_steps(parse_stream(text), ["Order", "Deliver", "abcxy"], text) == ["abcde"]


def test_every_place_that_names_a_step_is_looked_at() -> None:
    """A step that never occurred is told wherever the file names it, once and in the order of the file."""
    text = GOOD + (
        "ignore:\n  - {step: s2, after: [s3], reason: x}\n"
        "rework: {rejections: [s4], corrections: [s5], repeats: [s6], allowed: [{step: s7, reason: x}]}\n"
        "failures:\n  - {name: f, detected: [s8], triaged: [s9], contained: [t1], remediated: [t2], steady: [t3]}\n"
        "segments: {n: {count_of: t4}}\n"
    )
    text = text.replace("steps: [Deliver]}", "steps: [Deliver]}\n  - {name: other, last_steps: [t5]}")
    named = ["t5", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "t1", "t2", "t3", "t4"]
    assert check_steps(parse_stream(text), ["Order", "Deliver"], text) == named


def test_the_line_of_a_name() -> None:
    """The first line that holds it, counted from 1; none where none does."""
    assert (line_of("b", "a\nb\nb"), line_of("c", "a\nb")) == (2, None)
