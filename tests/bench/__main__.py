"""Run the benchmarks: python -m tests.bench [NAME …]

Every bench_NAME.py beside this file has `measures()`, which yields (name, ratio, words): the ratio is to a bare piece of
the same work in the same run, so that figures of different machines can be laid side by side; the words say both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent


def benches() -> list[str]:
    """The names of all benchmarks."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def rows(names: Sequence[str]) -> Iterator[tuple[str, str, float, str]]:
    """(bench, measure, ratio, words), as they come."""
    for name in names:
        for measure, ratio, words in import_module(f"tests.bench.bench_{name}").measures():
            yield name, measure, ratio, words


def main(argv: Sequence[str]) -> int:
    unknown = [name for name in argv if name not in benches()]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(benches())}.", file=sys.stderr)
        return 2
    print(f"{'bench':<9} {'measure':<38} {'ratio':>10}   measured, and beside what")
    for name, measure, ratio, words in rows(argv or benches()):
        print(f"{name:<9} {measure:<38} {ratio:>10.2f}   {words}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
