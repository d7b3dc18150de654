"""The program's start: the only module that knows all. It reads settings, builds the office, and hands it to a front end."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fieldoffice import cli, settings
from fieldoffice.integrations import geocoders, sms, smtp
from fieldoffice.integrations.roads import RoadClient
from fieldoffice.models.errors import NotAllowed, NotFound, Refused, WorldFault
from fieldoffice.office import Office
from fieldoffice.services import backups, company
from fieldoffice.services.messages.ways import Post
from fieldoffice.services.sample import opening
from fieldoffice.services.tasks import Runner

HOST_WORDS = "this computer"
POST = Post(smtp.connect, sms.connect)
"""How messages leave this program."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command or the desktop; returns the exit code."""
    multiprocessing.freeze_support()  # first: planner and press are children of this program
    return cli.main(sys.argv[1:] if argv is None else argv, (*cli.COMMANDS, SERVE, SCREENSHOT), _desktop)


@dataclass
class Opened:
    """An office that is ready for a front end."""

    office: Office
    name: str
    where: str
    sample: bool


def open_office(address: str) -> Opened:
    """Bring the database up to date and open the office on it, with the sample's own clock where it is a sample."""
    backups.bring_up_to_date(address, settings.load().backups, now=datetime.now(UTC))
    office = Office(address)
    try:
        about = office.see(company.company)
        if ahead := opening.clock_of(office):
            office.clock = _ahead_by(ahead)
    except Refused:
        office.close()
        raise
    return Opened(office, about.name, _where(address, office.shared), about.sample)


def _ahead_by(gap: timedelta) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + gap


def _where(address: str, shared: bool) -> str:
    """Where the books are, in words without any password."""
    if not shared:
        return Path(address.partition(":///")[2]).name
    from sqlalchemy.engine import make_url

    url = make_url(address)
    return f"{url.database} on {url.host or HOST_WORDS}"


def _desktop(given: argparse.Namespace) -> int:
    from fieldoffice.ui.app import create_app
    from fieldoffice.ui.single import Single, bring_up

    known = settings.load()
    if given.sample:
        address = opening.open_sample(known, datetime.now(UTC), cli.tell)
    else:
        address = known.address or (known.own_file if _exists(known.own_file) else "")
    create_app(sys.argv[:1])
    if not address or not _has_company(address):
        address = _first_start(known, address)
    if not address:
        return 0
    single = Single(address)
    if address.startswith("sqlite") and not single.claim():
        print("fieldoffice is already open on this file; its window was brought to the front.", file=sys.stderr)
        return 0
    try:
        return _show(open_office(address), given.page, lambda window: single.on_call(lambda: bring_up(window)))
    finally:
        single.release()


def _show(opened: Opened, page: str, started: Callable[..., object]) -> int:
    from fieldoffice.ui.app import run_desktop
    from fieldoffice.ui.organization import online
    from fieldoffice.web.hosting import Hosting

    runner = Runner(opened.office, geocoder=geocoders.connect, post=POST, roads=RoadClient)
    keeper = backups.Schedule(opened.office, lambda: settings.load().backups)
    online.hosting = Hosting(opened.office, settings.load().home)
    real = not opened.sample  # nobody needs backups of it
    try:
        user = _signed_in(opened)
        if user is None:
            return 0
        runner.start()
        if real:
            keeper.start()
        threading.Thread(target=online.hosting.begin, name="web start", daemon=True).start()
        return run_desktop(opened.office, user_id=user.id, company=opened.name, who=user.name, where=opened.where, page=page,
                           started=started, backed_up=real)  # fmt: skip
    finally:
        online.hosting.stop()
        runner.stop()
        keeper.stop(last=real)
        opened.office.close()


def _signed_in(opened: Opened) -> company.UserRow | None:
    """One desk signs its owner in by itself, as does an office in which nobody has a password yet; others ask."""
    staff = opened.office.see(company.users)
    if not opened.office.shared or not any(user.has_password for user in staff):
        return staff[0]
    from fieldoffice.ui.desk import Desk
    from fieldoffice.ui.signin import SignIn

    desk = Desk(opened.office)
    try:
        asking = SignIn(desk, opened.name, opened.where)
        return asking.user if asking.exec() else None
    finally:
        desk.close()


def _exists(address: str) -> bool:
    return Path(address.partition(":///")[2]).exists()


def _has_company(address: str) -> bool:
    """Whether the database is an office already; an empty one on a server still needs its company."""
    if address.startswith("sqlite") and not _exists(address):
        return False
    backups.bring_up_to_date(address, settings.load().backups, now=datetime.now(UTC))
    office = Office(address)
    try:
        office.see(company.company)
    except NotFound:
        return False
    finally:
        office.close()
    return True


def _first_start(known: settings.Settings, address: str) -> str:
    """Ask how to begin until it works or the person quits; returns the database address, empty to quit.

    A new company goes into the database at `address`, or into this user's own file where none is named.
    """
    from fieldoffice.ui.welcome import Welcome

    sentence = ""
    while True:
        asking = Welcome(sentence=sentence)
        if not asking.exec() or asking.choice is None:
            return ""
        try:
            return _begin(known, asking.choice, address)
        except Refused as refusal:
            sentence = str(refusal)


def _begin(known: settings.Settings, choice: object, named: str) -> str:
    from fieldoffice.ui.firstkey import offer_key
    from fieldoffice.ui.making import make_with_progress
    from fieldoffice.ui.welcome import Choice

    assert isinstance(choice, Choice)
    if choice.kind == "sample":
        return make_with_progress(lambda tell: opening.open_sample(known, datetime.now(UTC), tell))
    address = choice.address if choice.kind == "join" else named or known.own_file
    backups.bring_up_to_date(address, known.backups, now=datetime.now(UTC))
    if choice.kind == "new":
        office = Office(address)
        try:
            office.do(company.found, name=choice.name, country=choice.country, zone=choice.zone, currency=choice.currency,
                      paper=choice.paper, owner=choice.owner)  # fmt: skip
            offer_key(office)
        finally:
            office.close()
    open_office(address).office.close()  # an office to join has a company
    settings.remember(known, address)
    return address


def _screenshot_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("page", help="the page, such as schedule")
    parser.add_argument("--size", default="1366x768", help="width x height in pixels")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--out", type=Path, required=True, help="where the picture goes (PNG)")
    parser.add_argument("--sample", action="store_true", help="on the sample company")
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


def _screenshot(given: argparse.Namespace) -> int:
    from fieldoffice.ui.app import shoot

    width, _, height = given.size.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) >= 320 and int(height) >= 240):
        raise NotAllowed("Give the size as width x height in pixels, such as 1366x768.")
    address = (
        opening.open_sample(settings.load(), datetime.now(UTC), cli.tell) if given.sample else cli.address_of(given)
    )
    if address.startswith("sqlite") and not _exists(address):
        raise WorldFault("There is no company on this computer yet. Start fieldoffice once, or use --sample.")
    opened = open_office(address)
    try:
        staff = opened.office.see(company.users)
        if not staff:
            raise NotFound("This company has no users.")
        shoot(opened.office, given.page, (int(width), int(height)), given.theme, given.out, user_id=staff[0].id,
              company=opened.name, who=staff[0].name, where=opened.where)  # fmt: skip
    finally:
        opened.office.close()
    return 0


SCREENSHOT = cli.Command("screenshot", "write a picture of a page", _screenshot_arguments, _screenshot)


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="the port to listen on (8470)")
    parser.add_argument("--host", help="the address to listen on: 127.0.0.1 for this computer only, 0.0.0.0 for all")
    parser.add_argument("--certificate", help="a certificate file (PEM); with --key, pages are served over TLS")
    parser.add_argument("--key", help="the certificate's key file (PEM)")
    parser.add_argument("--public-url", default="", help="where customers reach the pages: kept as the company's setting")
    parser.add_argument("--trusted-proxies", help="addresses or networks of proxies in front, with commas between them")
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


class _Beside:
    """The background work of a server: tasks, and the schedule of backups."""

    def __init__(self, opened: Opened) -> None:
        self.runner = Runner(opened.office, geocoder=geocoders.connect, post=POST, roads=RoadClient)
        self.keeper = None if opened.sample else backups.Schedule(opened.office, lambda: settings.load().backups)

    def start(self) -> None:
        self.runner.start()
        if self.keeper:
            self.keeper.start()

    def stop(self) -> None:
        self.runner.stop()
        if self.keeper:
            self.keeper.stop(last=False)


def _serve(given: argparse.Namespace) -> int:
    from fieldoffice.web import headless
    from fieldoffice.web.serve import Options

    address = cli.address_of(given)
    if address.startswith("sqlite") and not _exists(address):
        raise WorldFault("There is no company on this computer yet. Start fieldoffice once, or name its --database.")
    opened = open_office(address)
    try:
        kept = settings.online(settings.load().home, opened.office.name)
        proxies = kept.proxies if given.trusted_proxies is None else tuple(given.trusted_proxies.replace(",", " ").split())
        port, host = given.port if given.port is not None else kept.port, given.host if given.host is not None else kept.host
        files = (given.certificate or "", given.key or "")
        certificate, key = files if any(files) else (kept.certificate, kept.key)
        headless.log_to_stderr()
        headless.serve(opened.office, Options(port, host or "0.0.0.0", certificate, key, proxies), _Beside(opened),
                       public_url=given.public_url, tell=lambda words: print(words, flush=True))  # fmt: skip
    finally:
        opened.office.close()
    return 0


SERVE = cli.Command("serve", "serve the web pages without a window", _serve_arguments, _serve)
