"""The asset graph as text; `python -m tests.journeys.asset_graph` writes the golden file anew after a wanted change."""

from __future__ import annotations

from pathlib import Path

from pipelines.definitions import build_definitions
from pipelines.settings import Settings

GOLDEN = Path(__file__).parent / "asset_graph.txt"
GRAPH = build_definitions(Settings(home=Path("nowhere"))).resolve_asset_graph()
NODES = [GRAPH.get(key) for key in sorted(GRAPH.get_all_asset_keys())]


def lines() -> list[str]:
    """A line an asset, group by group: its name, its group, and what it follows from."""
    told = []
    for group in ("sources", "facts", "metrics", "reports"):
        for node in (node for node in NODES if node.group_name == group):
            parents = ", ".join(sorted(key.to_user_string() for key in node.parent_keys))
            told.append(f"{node.key.to_user_string()} ({group}){f' <- {parents}' if parents else ''}")
    return told


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines()) + "\n", "utf-8")
