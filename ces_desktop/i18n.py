"""Translation of every text the person reads: English in the code, Spanish (es-MX) from one gettext catalogue."""

from __future__ import annotations

import gettext
from typing import Literal

from ces_desktop.paths import RESOURCES

Language = Literal["es", "en"]

_current: gettext.NullTranslations = gettext.NullTranslations()
_language: Language = "en"


def use(language: Language) -> None:
    """Choose the language of all texts made from now on."""
    global _current, _language
    _language = language
    if language == "en":
        _current = gettext.NullTranslations()
    else:
        _current = gettext.translation("ces_desktop", RESOURCES / "i18n", languages=[language])


def language() -> Language:
    """The language in use."""
    return _language


def tr(text: str) -> str:
    """The text in the language in use; call it when the text is shown, never at import."""
    return _current.gettext(text)


def trn(one: str, many: str, n: int) -> str:
    """The text for a count, in the language in use; `{n}` stays for the caller to fill."""
    return _current.ngettext(one, many, n)
