"""The calibration runs, on a grid small enough for any machine; its figures there say little, its machinery all."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibrate
from benchmarks.calibrate import code_mark, kept, main, measure, run
from benchmarks.calibration_bar import Measured, is_false, is_high, is_low, is_seldom, is_suspect
from benchmarks.calibration_grid import MIDDLE, departures, design, every_cell, in_order, orthogonal, trials_for
from benchmarks.calibration_page import pool, write_figures, write_page
from benchmarks.calibration_trial import OPEN_SHARES, Tally, run_cell
from benchmarks.calibration_world import QUANTILES, RARE, TAILS, TIMED, Cell, censor, draw_pair, truth_of
from metrics.metric import Statistic, Summary

SHORT = Cell(30, 13, 0.15, 0.4, True, "lognormal 0.8")
NAMES = {"p50", "p85", "p90", "mean", "share", "ratio", "unit_cost", RARE, TIMED}
SURVIVAL = {f"{p}, {share:.0%} open" for p in QUANTILES for share in OPEN_SHARES}


def summary(low: float | None, high: float | None) -> Summary:
    return Summary(Statistic.P50, 1.0, low, high, 500, "told", low, high)


def axes(cell: Cell) -> tuple[object, ...]:
    return cell.n, cell.days, (cell.day_effect, cell.follows), cell.is_weekly, cell.tail


def test_the_grid_holds_every_combination_once() -> None:
    """Each cell is there once, the design first, and the axes reach as far as they should."""
    cells = in_order()
    assert len(set(cells)) == len(cells) == 6 * 7 * 7 * 2 * 3
    assert set(cells) == set(every_cell())
    assert cells[: len(design())] == design()
    assert set(departures()) | set(orthogonal(0)) | set(orthogonal(1)) == set(design())
    assert {min(c.n for c in cells), max(c.n for c in cells)} == {30, 100_000}
    assert {min(c.days for c in cells), max(c.days for c in cells)} == {13, 365}
    assert max(c.day_effect for c in cells) == 0.25 and max(c.follows for c in cells) == 0.6
    assert cells[-1].n == 100_000


def test_the_design_departs_from_the_middle_in_every_axis() -> None:
    """The middle comes first, then each other value of each axis once."""
    cells = departures()
    assert cells[0] == MIDDLE
    assert len(cells) == len(set(cells)) == 1 + 5 + 6 + 6 + 1 + 2
    assert all(sum(x != y for x, y in zip(axes(cell), axes(MIDDLE), strict=True)) == 1 for cell in cells[1:])


@pytest.mark.parametrize("turn", [0, 1])
def test_every_level_meets_every_level_of_every_other_axis(turn: int) -> None:
    """In either array each pair of levels of two axes occurs, and both arrays differ."""
    found, whole = [axes(cell) for cell in orthogonal(turn)], [axes(cell) for cell in every_cell()]
    for left, right in combinations(range(5), 2):
        assert {(c[left], c[right]) for c in found} == {(c[left], c[right]) for c in whole}
    assert len(set(orthogonal(turn))) == 49
    assert len(set(orthogonal(0)) & set(orthogonal(1))) < 10


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("day_effect", [0.0, 0.25])
def test_the_truth_is_what_many_cases_show(tail: str, day_effect: float) -> None:
    """Quantiles, mean and share computed from the distribution are those of 400,000 drawn cases."""
    cell = Cell(200_000, 1_400, day_effect, 0.0, True, tail)
    truth, draw = truth_of(cell), np.random.default_rng(3)
    amount = np.concatenate([drawn.durations.amount for drawn in draw_pair(cell, draw)])
    for statistic, p in QUANTILES.items():
        assert np.quantile(amount, p) == pytest.approx(truth[str(statistic)], rel=0.025)
    assert amount.mean() == pytest.approx(truth["mean"], rel=0.03)
    assert np.mean(amount <= truth["p90"]) == pytest.approx(truth["share"], abs=0.006)
    assert np.mean(amount <= truth["p99"]) == pytest.approx(truth[RARE], abs=0.003)


def test_days_follow_days_as_asked() -> None:
    """The effect of a day is correlated with that of the day before by the cell's AR."""
    cell = Cell(400_000, 2_000, 0.25, 0.6, False, "lognormal 0.8")
    seen = draw_pair(cell, np.random.default_rng(4))[0].durations
    count = np.bincount(seen.day, minlength=cell.days)
    daily = np.bincount(seen.day, weights=np.log(seen.amount), minlength=cell.days) / count
    assert daily.std() == pytest.approx(0.25, rel=0.15)
    assert np.corrcoef(daily[1:], daily[:-1])[0, 1] == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize("open_share", OPEN_SHARES)
def test_as_much_is_open_as_asked(open_share: float) -> None:
    """Looked at on the last evening, the asked share of cases has not ended, and none is older than its period."""
    cell = Cell(100_000, 1_000, 0.15, 0.0, False, "pareto 2.5")
    draw = np.random.default_rng(5)
    whole = draw_pair(cell, draw)[0].durations
    seen = censor(cell, whole, open_share, draw)
    assert np.mean(~seen.complete) == pytest.approx(open_share, abs=0.03)
    assert np.all(seen.amount <= whole.amount) and np.all(seen.amount[seen.complete] == whole.amount[seen.complete])


def test_a_tally_counts_what_it_says() -> None:
    """An interval around the truth is a hit, one beside it a miss, none is withheld; widths are in true values."""
    tally = Tally()
    for low, high in ((1.0, 3.0), (2.5, 3.5), (None, None)):
        tally.add(summary(low, high), truth=2.0)
    assert (tally.published, tally.held, tally.held80, tally.withheld) == (2, 1, 1, 1)
    assert (
        tally.coverage == tally.coverage80 == 0.5
        and tally.mean_width == 0.75
        and tally.withheld_share == pytest.approx(1 / 3)
    )


def test_a_tally_judges_only_what_can_be_judged() -> None:
    """A pair without an interval is not judged; one whose intervals lie apart is a false change."""
    tally = Tally()
    tally.judge(summary(0.9, 1.1), summary(None, None))
    tally.judge(summary(0.9, 1.1), replace(summary(1.9, 2.1), value=2.0))
    assert (tally.judged, tally.firm) == (1, 1)


def test_nothing_published_is_no_coverage() -> None:
    """Without an interval coverage, width and false changes are None, never 0."""
    empty = Tally(withheld=4)
    assert (empty.coverage, empty.coverage_error, empty.mean_width, empty.false_change) == (None, None, None, None)


def test_a_cell_measures_every_statistic() -> None:
    """Every statistic has as many periods as two per trial; thirteen days get no interval at all."""
    found = run_cell(SHORT, 3, seed=1)
    assert set(found) == NAMES | SURVIVAL
    assert all(tally.published + tally.withheld == 6 for tally in found.values())
    assert all(tally.published == 0 for tally in found.values())


def test_a_cell_is_the_same_again() -> None:
    """The same cell and seed count the same; another seed does not."""
    assert run_cell(MIDDLE, 2, seed=1) == run_cell(MIDDLE, 2, seed=1) != run_cell(MIDDLE, 2, seed=2)


def test_kept_cells_need_the_same_seed_and_code(tmp_path: Path) -> None:
    """A finished cell is read back as measured; with another seed or other code it was not measured."""
    found = measure(SHORT, 2, 1, "code", tmp_path)
    assert kept(SHORT, 1, "code", tmp_path) == found
    assert kept(SHORT, 2, "code", tmp_path) is None
    assert kept(SHORT, 1, "other", tmp_path) is None
    assert kept(replace(SHORT, n=100), 1, "code", tmp_path) is None


def test_a_run_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that are kept are not run again, and those with too few trials are, after the new ones."""
    cells = [SHORT, replace(SHORT, n=100)]
    first = run(cells[:1], 2, 1, None, "code", tmp_path)
    assert [one.trials for one in first] == [2]
    assert {one.cell: one.trials for one in run(cells, 2, 1, None, "code", tmp_path)} == dict.fromkeys(cells, 2)
    monkeypatch.setattr(calibrate, "measure", None)
    assert len(run(cells, 2, 1, None, "code", tmp_path)) == 2
    monkeypatch.undo()
    assert {one.trials for one in run(cells, 3, 1, None, "code", tmp_path)} == {3}


def test_no_cell_is_begun_after_the_minutes(tmp_path: Path) -> None:
    """Without time left only what is kept is given back."""
    measure(SHORT, 2, 1, "code", tmp_path)
    found = run([SHORT, MIDDLE], 2, 1, 0, "code", tmp_path)
    assert [one.cell for one in found] == [SHORT]


def test_other_statistics_have_another_mark(tmp_path: Path) -> None:
    """The mark moves with what a measured file does, so figures of old code are never shown for new; not with words."""
    (tmp_path / "metrics").mkdir()
    path = tmp_path / "metrics" / "compare.py"
    path.write_text('"""Says one."""\nfound = 1')
    before = code_mark(tmp_path)
    path.write_text('"""Says another."""\n\nfound = 1  # why')
    assert before == code_mark(tmp_path)
    path.write_text('"""Says one."""\nfound = 2')
    assert before != code_mark(tmp_path)


def test_what_looks_like_a_miss_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Suspects are run once more with four times the trials and another seed, and those figures are told."""

    def told(_: Cell, trials: int, seed: int) -> dict[str, Tally]:
        return {"p50": Tally(1_000, 800 if seed == 1 else 950, 800)} if seed == 1 or trials == 20 else {}

    monkeypatch.setattr(calibrate, "run_cell", told)
    asked = ["--cells", "2", "--trials", "5", "--seed", "1", "--workers", "1"]
    assert main([*asked, "--out", str(tmp_path), "--cache", str(tmp_path / "cache")]) == 0
    page = (tmp_path / "coverage.md").read_text("utf-8")
    assert "these figures alone are told: 2 cells." in page
    assert "95.0%" in page and "80.0% ±" not in page


def test_large_cells_take_fewer_trials() -> None:
    """The most expensive cells get a tenth of the trials, and never none."""
    assert [trials_for(replace(MIDDLE, n=n), 1_000) for n in (30, 10_000, 100_000)] == [1_000, 500, 100]
    assert trials_for(replace(MIDDLE, n=100_000), 1) == 2


@pytest.mark.parametrize(
    ("held", "of", "low", "high"), [(910, 1_000, True, False), (922, 1_000, False, False), (995, 1_000, False, True)]
)
def test_a_miss_is_beyond_the_error(held: int, of: int, low: bool, high: bool) -> None:
    """Coverage counts as a miss only where it lies beyond the bar by two Monte Carlo errors."""
    tally = Tally(published=of, held=held)
    assert (is_low(tally), is_high(MIDDLE, tally)) == (low, high)
    assert not is_high(replace(MIDDLE, days=30), tally) and not is_high(replace(MIDDLE, n=100), tally)


def test_figures_of_few_periods_are_no_misses_of_their_own() -> None:
    """Where less than a tenth of the periods got an interval the figure is neither low nor high; it is told pooled."""
    assert is_seldom(Tally(published=99, withheld=901)) and not is_seldom(Tally(published=100, withheld=900))
    assert not is_seldom(Tally(withheld=5))
    assert not is_low(Tally(published=99, held=0, withheld=901))
    assert is_low(Tally(published=100, held=0, withheld=900))
    assert not is_high(MIDDLE, Tally(published=900, held=900, withheld=9_000))


def test_one_miss_makes_a_cell_suspect() -> None:
    """A cell is tried again when any figure of it looks like a miss, of whatever kind."""
    fine = Tally(published=1_000, held=950, judged=1_000, firm=40)
    for miss in (Tally(published=1_000, held=920), Tally(published=1_000, held=985), Tally(judged=1_000, firm=60)):
        assert is_suspect(Measured(MIDDLE, 500, {"p50": fine, "p85": miss}))
    assert not is_suspect(Measured(MIDDLE, 500, {"p50": fine}))


def test_too_many_false_changes_are_a_miss() -> None:
    """More than 5 % false changes count as a miss beyond two errors, and none where nothing was judged."""
    assert is_false(Tally(judged=1_000, firm=70))
    assert not is_false(Tally(judged=1_000, firm=60)) and not is_false(Tally())
    assert not is_false(Tally(judged=1, firm=1))


def test_pooling_adds_counts() -> None:
    """Counts are added; no coverage is averaged."""
    one, other = Tally(10, 9, 8, 1, 2.0, 5, 1), Tally(30, 30, 25, 0, 1.0, 5, 0)
    assert pool([one, other]) == Tally(40, 39, 33, 1, 3.0, 10, 1)


def test_the_page_tells_misses_and_what_is_missing() -> None:
    """A cell below the bar is listed with its figure, seldom ones are pooled, and missing cells are counted."""
    tallies = {"p50": Tally(1_000, 800, 700, 0, 200.0, 500, 100), "p90": Tally(40, 10, 10, 960)}
    page = write_page([Measured(MIDDLE, 500, tallies)], design(), {MIDDLE}, 1, "code")
    assert f"{len(design()) - 1} of the {len(design())} cells of the design are missing" in page
    assert "these figures alone are told: 1 cells." in page
    assert "| p50 | 1,000 | 90 | 0.15, 0.4 | weekly | lognormal 0.8 | 80.0% ± 1.3% | 0% |" in page
    assert "1 of them, 40 intervals in 1,000 periods, 25.0% ± 7.0% of which held the truth" in page
    assert "| p90 | 0 | 96% |" in page
    assert "| days | 90 | 1 |" in page


def test_figures_leave_the_unknown_empty() -> None:
    """A statistic without any interval has empty fields, not zeros."""
    row = next(csv.DictReader(write_figures([Measured(SHORT, 2, {"mean": Tally(withheld=4)})]).splitlines()))
    assert (row["coverage"], row["mean_width"], row["false_change"], row["withheld_share"]) == ("", "", "", "1.0000")


def test_the_command_writes_page_and_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command runs the first cells, prints each statistic, and writes both files."""
    cache = tmp_path / "cache"
    assert main(["--cells", "1", "--trials", "2", "--workers", "1", "--out", str(tmp_path), "--cache", str(cache)]) == 0
    assert "false changes" in capsys.readouterr().out
    assert (tmp_path / "coverage.md").read_text("utf-8").startswith("# How often the intervals hold the truth")
    assert len((tmp_path / "coverage.csv").read_text("utf-8").splitlines()) == 1 + len(NAMES | SURVIVAL)
