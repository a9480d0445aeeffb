"""The address book that the documentation of the peer takes its examples from."""

from __future__ import annotations

import datetime
import itertools
from collections import OrderedDict
from dataclasses import dataclass, field

CONTACTS: OrderedDict[int, Contact] = OrderedDict()

_contact_ids = itertools.count(1)
_email_ids = itertools.count(1)


class ContactManager:
    """Keeps contacts in memory."""

    def all(self) -> list[Contact]:
        return list(CONTACTS.values())

    def save(self, contact: Contact) -> None:
        CONTACTS[contact.id] = contact

    def get(self, contact_id: int) -> Contact | None:
        return CONTACTS.get(contact_id)


@dataclass
class Email:
    """An address of a contact."""

    email: str = ""
    email_type: str = "personal"
    id: int = field(default_factory=_email_ids.__next__, init=False)


@dataclass
class Contact:
    """A person; the primary address is the first one unless it is given."""

    name: str = ""
    pref_name: str = ""
    emails: list[Email] = field(default_factory=list)
    primary_email: Email | None = None
    company: str = ""
    location: str = ""
    add_date: datetime.datetime = field(default_factory=datetime.datetime.now)
    id: int = field(default_factory=_contact_ids.__next__, init=False)

    def __post_init__(self) -> None:
        if self.primary_email is None and self.emails:
            self.primary_email = self.emails[0]

    def save(self) -> None:
        self.objects.save(self)

    objects = ContactManager()


for _contact in (
    Contact("Kurt", emails=[Email("kurt@example.com")], location="Mountain View"),
    Contact(
        "Sean",
        emails=[Email("seanboy@example.com")],
        location="San Jose",
        company="D & D Mastering",
    ),
    Contact(
        "Matt",
        emails=[Email("mixtape@homemakelabs.com", "work"), Email("matt@example.com")],
        company="HomeMake Labs",
    ),
    Contact("Julian", location="Sunnyvale Trailer Park"),
):
    _contact.save()
