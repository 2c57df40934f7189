"""Run by PM4Py's own interpreter, never by the product's: the same questions, asked of PM4Py. Prints seconds as JSON.

Arguments: a Parquet file with the columns of PM4Py. PM4Py is under the AGPL; nothing of it is shipped or imported here.
"""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
import pm4py  # type: ignore[import-not-found,unused-ignore]  # not in the product's environment


def main(path: str) -> dict[str, float]:
    """Load a log; durations of all cases; rework cases by activity; handover of work; performance graph."""
    began = time.perf_counter()
    taken = {}

    def done(name: str) -> None:
        nonlocal began
        now = time.perf_counter()
        taken[name] = now - began
        began = now

    log = pd.read_parquet(path)
    log = pm4py.format_dataframe(log, case_id="case_id", activity_key="step", timestamp_key="event_at")
    done("load")
    pm4py.get_all_case_durations(log)
    done("durations")
    pm4py.get_rework_cases_per_activity(log)
    done("rework")
    pm4py.discover_handover_of_work_network(log, resource_key="performer")
    done("handover")
    return taken


if __name__ == "__main__":
    result = main(sys.argv[1])
    sys.stdout.write("\n" + json.dumps(result) + "\n")
