"""The office key from a terminal, for machines without a screen: how things stand, and opening it."""

from __future__ import annotations

from collections.abc import Callable

from fieldoffice.models.errors import NotAllowed
from fieldoffice.office import Office
from fieldoffice.services.secrets.machine import PASSPHRASE, PHRASE, unattended
from fieldoffice.services.secrets.office_key import NOT_SET_UP, KeyStatus, join_key, key_status, unlock_key

Ask = Callable[[str], str]
"""Asks a person for something that is not shown while it is typed; raises NotAllowed where nobody can be asked."""
BY_ITSELF = (
    f"The program opens it by itself at each start where {PASSPHRASE.variable} or the systemd credential "
    f"{PASSPHRASE.credential} holds it."
)


def status(office: Office) -> str:
    """How things stand on this computer, in one sentence."""
    return _said(office.see(key_status))


def unlock(office: Office, ask: Ask) -> str:
    """Make this computer hold the open key: by the passphrase of its file, or by the recovery phrase. Says what was done.

    What stands in the environment or in systemd's credentials is taken before anybody is asked.
    """
    now = office.see(key_status)
    if not now.set_up:
        raise NotAllowed(NOT_SET_UP, key="no_office_key")
    if now.locked:
        office.do(unlock_key, unattended(PASSPHRASE) or ask("Passphrase of the office key: "))
        return f"This is the passphrase. {BY_ITSELF}"
    if not now.kept_in:
        phrase = unattended(PHRASE) or ask("Recovery phrase (24 words): ")
        office.do(join_key, phrase, passphrase="" if now.keyring_works else _new_passphrase(ask))
        now = office.see(key_status)
    return _said(now)


def _new_passphrase(ask: Ask) -> str:
    """For the file of keys, where there is no keyring."""
    known = unattended(PASSPHRASE)
    if known:
        return known
    first = ask("This computer has no keyring. A passphrase for its file of keys: ")
    if first != ask("The same again: "):
        raise NotAllowed("The two passphrases differ. Nothing was changed.")
    return first


def _said(now: KeyStatus) -> str:
    if not now.set_up:
        return "This office has no key yet: an owner sets it up at Organization → Settings → Office key."
    if now.locked:
        return "The office key lies in a file on this computer and is locked. Open it with: fieldoffice secrets unlock"
    if not now.kept_in:
        return "This computer does not hold the office key. Enter the recovery phrase with: fieldoffice secrets unlock"
    if now.kept_in == "keyring":
        return "This computer's keyring holds the office key."
    return f"A file of your user holds the office key, under its passphrase. {BY_ITSELF}"


