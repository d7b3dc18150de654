"""A small company with visits to drop, for races and faults."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fieldoffice.office import Office
from tests import make
from tests.conftest import Clock
from tests.faults.proxy import Proxy, proxied


@dataclass(frozen=True)
class Stage:
    """An office with one provider and visits that wait to be dropped."""

    office: Office
    address: str
    provider: int
    visits: list[int]


@pytest.fixture
def stage(office: Office, address: str) -> Callable[[int], Stage]:
    """`stage(n)`: a company with n waiting visits, none promised for a day."""

    def built(visits: int) -> Stage:
        made = make.small(office)
        return Stage(office, address, made.ana, [make.job(office, made, on=None).appointment_id for _ in range(visits)])

    return built


@pytest.fixture
def line(address: str) -> Iterator[Proxy]:
    """The line between a desk and its PostgreSQL server, to be cut and stalled."""
    with proxied(address) as proxy:
        yield proxy


@pytest.fixture
def desk(line: Proxy, clock: Clock) -> Iterator[Office]:
    """An office whose database is reached through the line; `office` is another one, which nobody hurts."""
    office = Office(line.address, clock=clock)
    yield office
    line.flow_again()
    office.close()


@pytest.fixture
def disk_of(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """`disk_of(megabytes, within=folder)`: the folder of a disk that small; only root can make one."""
    made: list[Path] = []

    def new(megabytes: int, within: Path = tmp_path) -> Path:
        if os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"):
            pytest.skip("only root can make a small disk")
        folder = Path(tempfile.mkdtemp(prefix="fieldoffice-disk-", dir=within))
        told = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True)
        if told.returncode:
            folder.rmdir()
            pytest.skip(f"no small disk here: {told.stderr.strip()}")
        made.append(folder)
        return folder

    yield new
    for folder in made:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
