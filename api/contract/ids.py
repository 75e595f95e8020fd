"""What ids look like: every one that comes from outside is checked against its type here.

An id is opaque: it is compared, never read, and no text that is not of its alphabet is taken
for one. Character classes are spelled out: the shorthand for a digit matches those of every
script.
"""

from typing import Annotated

from pydantic import StringConstraints

ApplicationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Of a draft and of the application that it becomes."""

AttachmentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Of a file handed in with an application."""

AnswerId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Of an answer that was given, and of the question that it answered."""

FaqId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Of an answer written by staff."""

IngestionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Of a file handed in to be read."""

ConversationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{48}$")]
"""Of a conversation over HTTP: random and signed, see :mod:`bot.channels.http.tickets`."""

ConversationKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,20}:[A-Za-z0-9_-]{1,64}$")]
"""The written form of a :class:`~api.contract.conversations.ConversationName`."""

EventId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,64}$")]
"""Of a message as its sender numbers it; a repeated one is harmless."""

ChoiceId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z._:-]{1,64}$")]
"""Of a button; no longer than Telegram lets one be."""

DocumentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,119}$")]
"""Of a policy document."""

ClauseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,119}$")]
"""Of a clause within its document."""

ClauseRef = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,119}#[a-z0-9][a-z0-9-]{0,119}$")
]
"""The address of a clause: ``document#clause``."""

BranchId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Za-z㐀-鿿][0-9A-Za-z㐀-鿿._:@-]{0,79}$"),
]
"""Of a branch: as the imported file numbers it, Chinese characters included."""

FormId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""Of a form."""

FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""Of a field of a form."""

HandoverCodeText = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,24}$")]
"""A code to go on elsewhere, as people type it."""

ReceiptText = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,40}$")]
"""A receipt number, as people type it."""

PhoneTail = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
"""The last four digits of a phone."""

CopyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""In the address from which a copy of personal data is fetched once."""

IdempotencyKey = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{0,255}$")]
"""What makes a submission the same one when it is sent again."""
