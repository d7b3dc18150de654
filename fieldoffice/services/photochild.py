"""Strangers' pictures are decoded in a child process with limits on memory and time. Pure: no database, no Qt.

The child is started for one form and killed after it: what a picture does to it ends with it. This module and `pictures` are
all it loads of the program, so that it is there quickly.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from fieldoffice.models.errors import Invalid
from fieldoffice.services.pictures import Photo, photo
from fieldoffice.services.words import marked

MEMORY_BYTES, CPU_S, PATIENCE_S = 1_500_000_000, 30, 60.0
UNREADABLE = marked("This file is not a photo that can be read. Please send JPEG, PNG or WebP.")
TOO_MANY_PIXELS = marked("This photo has more than 40 million pixels. Please make it smaller first.")
_few_at_a_time = threading.Semaphore(2)


def read_apart(files: Sequence[bytes]) -> list[Photo] | str:
    """The photos in order, or what is wrong with one of them in words. Blocks until the child has answered or died."""
    spawn = multiprocessing.get_context("spawn")
    with _few_at_a_time:
        here, there = spawn.Pipe()
        child = spawn.Process(target=_read, args=(there, list(files)), daemon=True)
        try:
            child.start()
            there.close()
            answer: Any = here.recv() if here.poll(PATIENCE_S) else UNREADABLE
        except EOFError:  # it died: out of memory, out of time, or a fault of the decoder
            answer = UNREADABLE
        finally:
            child.kill()
            child.join()
            child.close()
            here.close()
    return answer


def _read(pipe: Connection, files: list[bytes]) -> None:
    _limit()
    try:
        pipe.send([photo(f"photo {n + 1}", content) for n, content in enumerate(files)])
    except Invalid as refused:
        pipe.send(TOO_MANY_PIXELS if "40 million" in str(refused) else UNREADABLE)
    except (MemoryError, OSError, ValueError, ArithmeticError, LookupError, TypeError):
        with suppress(OSError):
            pipe.send(UNREADABLE)


def _limit() -> None:
    """Memory and processor time, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
