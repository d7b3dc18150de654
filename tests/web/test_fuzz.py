"""Schemathesis over what the register describes: whatever comes in, no page breaks, and every status is one that we know."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fieldoffice.office import Office
from fieldoffice.web.routes import ByCustomer, ByLink
from tests.faults.processes import LONG
from tests.web import cast as casting
from tests.web.cast import Cast
from tests.web.description import STATUSES, field_names, openapi
from tests.web.site import Served
from tests.web.test_matrix import ROUTES

EXAMPLES = 150 if LONG else 5
SCHEMA = schemathesis.openapi.from_dict(openapi())
BY_PATH = {re.sub(r"<(\w+)>", r"{\1}", one.path): one for one in ROUTES}
OPERATIONS = [(one.ok().method.upper(), one.ok().path) for one in SCHEMA.get_all_operations()]


@pytest.fixture
def maker() -> Callable[[Office], casting.Company]:
    return casting.company


@pytest.fixture
def cast(sqlite_office: Office, begun_sqlite: tuple[str, casting.Company]) -> Cast:
    return Cast(sqlite_office, *begun_sqlite[1])


@pytest.fixture
def served(served_sqlite: Served) -> Served:
    return served_sqlite


def test_the_description_holds_every_route_and_is_not_served(served_sqlite: Served) -> None:
    assert {path for _, path in OPERATIONS} == set(BY_PATH)
    assert {"email", "service", "notes"} <= set(field_names())
    for path in ("/openapi.json", "/openapi", "/docs"):
        assert served_sqlite.get(path).status_code == 404


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_no_page_breaks_whatever_comes_in(served: Served, cast: Cast, method: str, path: str) -> None:
    """Half of what comes in names a real person's page and carries the right token, so that it gets past the door."""
    fuzz(served, cast, method, path)


def test_control_what_comes_in_gets_past_the_door(served: Served, cast: Cast) -> None:
    """Forms are read and judged, not only refused for their token or their link."""
    assert 422 in fuzz(served, cast, "POST", "/signin")
    assert 200 in fuzz(served, cast, "GET", "/r/{token}")


def fuzz(served: Served, cast: Cast, method: str, path: str) -> set[int]:
    """Send what the strategy thinks of; answers the statuses that came."""
    one, operation, seen = BY_PATH[path], SCHEMA[path][method], set[int]()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
              phases=(Phase.explicit, Phase.generate))  # fmt: skip
    @given(case=operation.as_strategy(), inside=st.booleans())
    def tried(case: schemathesis.Case, inside: bool) -> None:
        headers, bound = {"Sec-Fetch-Site": "same-origin"}, ""
        if inside and isinstance(one.who, ByLink):
            bound = case.path_parameters["token"] = cast.ada.links[one.who.purpose]
        if inside and isinstance(one.who, ByCustomer):
            bound, headers["Cookie"] = cast.ada.session, f"session={cast.ada.session}"
            case.path_parameters |= {name: value for name, value in cast.ada.ids.items() if name in one.parts}
        if method == "POST" and isinstance(case.body, dict):
            case.body["csrf"] = served.site.signer.token(bound)
        answer = case.call(base_url=served.base, headers=headers, timeout=60, allow_redirects=False)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text[-300:])
        assert str(answer.status_code) in STATUSES
        assert cast.ben.mark not in answer.text

    tried()
    return seen
