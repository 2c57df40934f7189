"""The calibration runs, on a grid small enough for any machine; its figures there say little, its machinery all."""

from __future__ import annotations

import csv
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibrate
from benchmarks.calibrate import MIDDLE, code_mark, grid, kept, main, measure, run, trials_for
from benchmarks.calibration_page import Measured, is_false, is_high, is_low, pool, write_figures, write_page
from benchmarks.calibration_trial import OPEN_SHARES, Tally, run_cell
from benchmarks.calibration_world import QUANTILES, TAILS, Cell, censor, draw_pair, truth_of
from metrics.metric import Statistic, Summary

SHORT = Cell(30, 13, 0.15, 0.4, True, "lognormal 0.8")
NAMES = {"p50", "p85", "p90", "mean", "share", "ratio", "unit_cost"}
SURVIVAL = {f"{p}, {share:.0%} open" for p in QUANTILES for share in OPEN_SHARES}


def summary(low: float | None, high: float | None) -> Summary:
    return Summary(Statistic.P50, 1.0, low, high, 500, "told", low, high)


def test_the_grid_holds_every_combination_once() -> None:
    """Each cell is there once, the middle first, and the axes reach as far as they should."""
    cells = grid()
    assert len(set(cells)) == len(cells) == 6 * 7 * 7 * 2 * 3
    assert MIDDLE in cells[:21]
    assert {min(c.n for c in cells), max(c.n for c in cells)} == {30, 100_000}
    assert {min(c.days for c in cells), max(c.days for c in cells)} == {13, 365}
    assert max(c.day_effect for c in cells) == 0.25 and max(c.follows for c in cells) == 0.6


def test_a_short_run_sees_every_axis() -> None:
    """The first cells hold every value of every axis, so that a run that is cut short leaves no axis out."""
    first, whole = (np.array([astuple(cell) for cell in cells], dtype=str) for cells in (grid()[:21], grid()))
    assert all(set(first[:, axis]) == set(whole[:, axis]) for axis in range(whole.shape[1]))


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("day_effect", [0.0, 0.25])
def test_the_truth_is_what_many_cases_show(tail: str, day_effect: float) -> None:
    """Quantiles, mean and share computed from the distribution are those of 400,000 drawn cases."""
    cell = Cell(200_000, 1_400, day_effect, 0.0, True, tail)
    truth, draw = truth_of(cell), np.random.default_rng(3)
    amount = np.concatenate([drawn.durations.amount for drawn in draw_pair(cell, draw)])
    for statistic, p in QUANTILES.items():
        assert np.quantile(amount, p) == pytest.approx(truth.of(statistic), rel=0.025)
    assert amount.mean() == pytest.approx(truth.of(Statistic.MEAN), rel=0.03)
    assert np.mean(amount <= truth.of(Statistic.P90)) == pytest.approx(truth.of(Statistic.SHARE), abs=0.006)


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
    assert (tally.published, tally.held, tally.withheld) == (2, 1, 1)
    assert tally.coverage == 0.5 and tally.mean_width == 0.75 and tally.withheld_share == pytest.approx(1 / 3)


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
    """The mark of the code moves when a measured file does, so figures of old code are never shown for new."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "compare.py").write_text("one")
    before = code_mark(tmp_path)
    (tmp_path / "metrics" / "compare.py").write_text("two")
    assert before != code_mark(tmp_path)


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


def test_too_many_false_changes_are_a_miss() -> None:
    """More than 5 % false changes count as a miss beyond two errors, and none where nothing was judged."""
    assert is_false(Tally(judged=1_000, firm=70))
    assert not is_false(Tally(judged=1_000, firm=60)) and not is_false(Tally())
    assert not is_false(Tally(judged=1, firm=1))


def test_pooling_adds_counts() -> None:
    """Counts are added; no coverage is averaged."""
    assert pool([Tally(10, 9, 1, 2.0, 5, 1), Tally(30, 30, 0, 1.0, 5, 0)]) == Tally(40, 39, 1, 3.0, 10, 1)


def test_the_page_tells_misses_and_what_is_missing() -> None:
    """A cell below the bar is listed with its figure, and unmeasured values show 0 cells."""
    bad = Measured(MIDDLE, 500, {"p50": Tally(1_000, 800, 0, 200.0, 500, 100)})
    page = write_page([bad], grid(), 1, "code")
    assert "Measured: 1 of 1,764 cells" in page
    assert "| p50 | 1,000 | 90 | 0.15, 0.4 | weekly | lognormal 0.8 | 80.0% ± 1.3% | 0% |" in page
    assert "| days | 13 | 0 | 252 |" in page and "| days | 90 | 1 | 252 |" in page


def test_figures_leave_the_unknown_empty() -> None:
    """A statistic without any interval has empty fields, not zeros."""
    row = next(csv.DictReader(write_figures([Measured(SHORT, 2, {"mean": Tally(withheld=4)})]).splitlines()))
    assert (row["coverage"], row["mean_width"], row["false_change"], row["withheld_share"]) == ("", "", "", "1.0000")


def test_the_command_writes_page_and_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command runs the first cells, prints each statistic, and writes both files."""
    cache = tmp_path / "cache"
    assert main(["--cells", "1", "--trials", "2", "--out", str(tmp_path), "--cache", str(cache)]) == 0
    assert "false changes" in capsys.readouterr().out
    assert (tmp_path / "coverage.md").read_text("utf-8").startswith("# How often the intervals hold the truth")
    assert len((tmp_path / "coverage.csv").read_text("utf-8").splitlines()) == 1 + len(NAMES | SURVIVAL)
