"""How kernel functions are compiled, and where the machine code is kept.

The code is cached under a name made of all kernel sources, so that an edit in one file never meets the machine code of a
caller in another. The cache lies in the user's cache folder (the program's own folder may be read only); `NUMBA_CACHE_DIR`
overrules it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config
from platformdirs import user_cache_path

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile at the first call for the types given, and keep the result on disk."""
    compile_ = cast("Any", numba).njit(cache=True, nogil=True, error_model="numpy")
    return cast("F", compile_(function))


def cache_folder() -> Path:
    """Where this version's machine code lies; made when it is not there, in the temporary folder where nothing else works."""
    name = f"planner-{_fingerprint()}"
    for parent in (user_cache_path("fieldoffice", appauthor=False), Path(tempfile.gettempdir()) / "fieldoffice-cache"):
        try:
            (parent / name).mkdir(parents=True, exist_ok=True)
            if os.access(parent / name, os.W_OK):
                return parent / name
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="fieldoffice-planner-"))


def _fingerprint() -> str:
    """A name that changes with the kernel's sources; a frozen program has none, there the program file stands for them."""
    digest = hashlib.sha256(str(cast("Any", numba).__version__).encode())
    sources = sorted(Path(__file__).parent.glob("*.py"))
    if getattr(sys, "frozen", False) or not sources:
        status = os.stat(sys.executable)
        digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


if "NUMBA_CACHE_DIR" not in os.environ:
    cast("Any", config).CACHE_DIR = str(cache_folder())
