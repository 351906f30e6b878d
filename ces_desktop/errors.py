"""The three kinds of failure: refused (told to the person), unavailable (the work is kept), anything else is a bug."""

from __future__ import annotations


class Refused(Exception):
    """A rule says no. `code` names the sentence in `ui/messages`; `facts` fill its blanks.

    Facts are numbers, dates and the names of things, never a patient's data: they may reach a log.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Unavailable(Exception):
    """The machine says no (disk full, file held by another program, stick pulled). Nothing was lost; try again."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
