"""A keyring of our own, so that no test reads or writes the one of this machine."""

from __future__ import annotations

from tests.services.secrets.conftest import home as home
from tests.services.secrets.conftest import ring as ring
