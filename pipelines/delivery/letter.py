"""A notice as a letter: headers that nothing from outside can add to, plain text, and the same as HTML."""

from __future__ import annotations

import datetime as dt
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from dashboards.notice import Notice

_LONGEST_SUBJECT = 200


def letter_of(notice: Notice, sender: str, recipient: str, message_id: str, at: dt.datetime) -> EmailMessage:
    """The letter to one address. `at` is an instant in UTC; the same arguments give the same bytes.

    The id is kept when a letter has to be sent again, so that a mailbox that got it already can tell.
    """
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = notice.subject[:_LONGEST_SUBJECT]
    letter["From"] = Address(addr_spec=sender)
    letter["To"] = Address(addr_spec=recipient)
    letter["Date"] = format_datetime(at.replace(tzinfo=dt.UTC))
    letter["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note shall answer
    letter.set_content(notice.text)
    letter.add_alternative(notice.html, subtype="html")
    letter.set_boundary(f"part-{message_id}")
    return letter
