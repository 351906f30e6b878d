"""What every print says besides its subject: the clinic, the moment of the cut, its code, the version."""

from __future__ import annotations

from dataclasses import dataclass

from ces_desktop.domain.papers import Slip, data_sha
from ces_desktop.i18n import tr

CUT_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands at the top and foot of each page. Empty text = not known; no page says what is not known.

    `made_at_ms` is the cut: the instant (UTC milliseconds) at which the rows were read, also the date inside the file.
    Same rows and same frame give the same bytes.
    """

    clinic_name: str
    official_name: str
    clues: str
    municipality: str
    prefix: str
    made_at_ms: int
    user_name: str
    app_version: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """One print: its title, the folio or id at its foot, the code of the data it shows, and whether they are a trial.

    `about` names the person on every page (NOM-004). `title` and `folio` also stand in the file's own title, so neither
    may hold a person's name. `cut` is empty where a code would tell of a secret.
    """

    title: str
    folio: str
    cut: str
    about: str = ""
    test_record: bool = False
    warning: str = ""
    """Said in words in a frame at the top of every page ("INCOMPLETE DATA")."""
    landscape: bool = False


def cut_code(*rows: object) -> str:
    """First 12 characters of the SHA-256 of the rows printed: paper and data can be proved to match."""
    return data_sha(*rows)[:CUT_LETTERS]


def issued(title: str, sha: str, slip: Slip, about: str = "", *, warning: str = "", landscape: bool = False) -> Paper:
    """A paper that has a folio, or would have: `sha` of its data; `about` as of `Paper`, before what it replaces."""
    replaces = tr("takes the place of folio {folio}").format(folio=slip.replaces) if slip.replaces else ""
    return Paper(
        title=title,
        folio=tr("Folio {folio}").format(folio=slip.folio) if slip.folio else tr("DRAFT without folio"),
        cut=sha[:CUT_LETTERS],
        about=" · ".join(part for part in (about, replaces) if part),
        warning=warning,
        landscape=landscape,
    )
