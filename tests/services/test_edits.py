"""Putting edited rows back: what nobody touched since comes back, what somebody did is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fieldoffice.models.customer import Contact, Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.log import Topic
from fieldoffice.models.staff import Role
from fieldoffice.office import Office, Tx
from fieldoffice.services import company
from fieldoffice.services.edits import Edit, Keeper, put_rows_back
from tests import make


def rename(tx: Tx, id: int, name: str) -> Edit:
    keep, row = Keeper(tx), tx.get(Customer, id)
    keep.before(row)
    row.name = name
    return keep.edit(name)


def add_contact(tx: Tx, customer_id: int, name: str) -> Edit:
    keep = Keeper(tx)
    row = tx.add(Contact(customer_id=customer_id, name=name))
    keep.new(row)
    return keep.edit(row.id)


def remove_contact(tx: Tx, id: int) -> Edit:
    keep, row = Keeper(tx), tx.get(Contact, id)
    keep.gone(row)
    tx.session.delete(row)
    return keep.edit()


def name_of(tx: Tx, id: int) -> str:
    return tx.get(Customer, id).name


def contact(tx: Tx, id: int) -> tuple[str, int] | None:
    row = tx.session.get(Contact, id)
    return row and (row.name, row.version)


def back(office: Office, edit: Edit) -> Edit:
    return office.do(put_rows_back, edit.before, edit.after)


def test_an_edited_row_goes_back_and_forth(office: Office) -> None:
    made = make.small(office)
    edit = office.do(rename, made.customer, "Caroline")
    undone = back(office, edit)
    assert office.see(name_of, made.customer) == "Carol Customer"
    again = back(office, undone)
    assert office.see(name_of, made.customer) == "Caroline"
    assert (undone.refused, again.refused) == ((), ())


def test_what_somebody_changed_since_stays_and_is_told(office: Office) -> None:
    made = make.small(office)
    edit = office.do(rename, made.customer, "Caroline")
    office.do(rename, made.customer, "Carla")
    undone = back(office, edit)
    assert undone.refused == ((made.customer, "The customer was changed since; it stays as it is."),)
    assert (undone.before, undone.after) == ((), ())
    assert office.see(name_of, made.customer) == "Carla"


def test_a_new_row_goes_and_comes_back_under_its_id_and_a_later_version(office: Office) -> None:
    made = make.small(office)
    edit = office.do(add_contact, made.customer, "Dan")
    undone = back(office, edit)
    assert office.see(contact, edit.value) is None
    back(office, undone)
    assert office.see(contact, edit.value) == ("Dan", 2)


def test_a_removed_row_comes_back_and_can_be_removed_again(office: Office) -> None:
    made = make.small(office)
    id = office.do(add_contact, made.customer, "Dan").value
    undone = back(office, office.do(remove_contact, id))
    assert office.see(contact, id) == ("Dan", 2)
    assert back(office, undone).refused == ()
    assert office.see(contact, id) is None


def test_a_parent_comes_back_before_its_children(office: Office) -> None:
    make.small(office)

    def add_family(tx: Tx) -> Edit:
        keep = Keeper(tx)
        parent = tx.add(Customer(name="Parent", number="P", created_at=tx.now))
        child = tx.add(Contact(customer_id=parent.id, name="Child"))
        keep.new(child)
        keep.new(parent)
        return keep.edit(child.id)

    edit = office.do(add_family)
    undone = back(office, edit)
    assert (undone.refused, office.see(contact, edit.value)) == ((), None)
    assert back(office, undone).refused == ()
    assert office.see(contact, edit.value) == ("Child", 2)


def test_a_new_row_that_is_in_use_by_now_stays_with_the_rest_put_back(office: Office) -> None:
    made = make.small(office)

    def add_two(tx: Tx) -> Edit:
        keep = Keeper(tx)
        for name in ("Used", "Unused"):
            keep.new(tx.add(Customer(name=name, number=name, created_at=tx.now)))
        return keep.edit()

    edit = office.do(add_two)
    used, unused = (state.id for state in edit.after)
    office.do(add_contact, used, "Dan")
    undone = back(office, edit)
    assert undone.refused == ((used, "The customer is in use by now; it stays."),)
    assert office.see(name_of, used) == "Used"
    assert [state.id for state in undone.before] == [unused]
    assert made.customer not in (used, unused)


def test_putting_back_takes_the_right_that_the_change_took(office: Office) -> None:
    made = make.small(office)
    edit = office.do(rename, made.customer, "Caroline")
    looker = office.do(company.add_user, login="sue", name="Sue", roles=[Role.SUPERVISOR])
    with pytest.raises(NotAllowed, match="Sue does not have the right"):
        office.seat(looker.id).do(put_rows_back, edit.before, edit.after)


def test_other_desks_hear_of_what_was_put_back(office: Office) -> None:
    made = make.small(office)
    edit = office.do(rename, made.customer, "Caroline")
    before = office.topics()[Customer.__tablename__]
    back(office, edit)
    assert office.topics()[Customer.__tablename__] == before + 1
    assert Topic.__tablename__ not in office.topics()


def test_a_table_without_a_right_cannot_be_put_back(office: Office) -> None:
    make.small(office)

    def wrong(tx: Tx) -> None:
        Keeper(tx).before(tx.all(select(Topic))[0])

    with pytest.raises(TypeError, match="cannot be put back"):
        office.do(wrong)
