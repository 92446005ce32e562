"""Attack everything and print the figure: `python -m tests.fuzz [MUTATIONS]`, so many mutated inputs of each group."""

from __future__ import annotations

import sys
from pathlib import Path

MUTATIONS = 200
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]


def main() -> int:
    """Return 0 if nothing was written outside, nothing ran and nothing crashed."""
    from fuzz.groups import GROUPS
    from fuzz.running import Report, attacked

    total = Report()
    for name in GROUPS:
        found = attacked(name, int(sys.argv[1]) if len(sys.argv) > 1 else MUTATIONS)
        total.add(found)
        print(f"{name:12} {found}  {dict(found.ends)}")
        for fault in (*found.writes, *found.runs, *found.crashes):
            print(f"    {fault}")
    print(total)
    return int(bool(total.writes or total.runs or total.crashes))


if __name__ == "__main__":
    sys.exit(main())
