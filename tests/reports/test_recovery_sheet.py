"""The recovery sheet: the key can be read and typed back; the file tells of it nowhere else."""

from __future__ import annotations

import re

import paper
import pypdfium2
import pytest

from ces_desktop.data.passphrase import parse_recovery, write_recovery
from ces_desktop.reports.recovery import recovery_sheet_pdf

SECRET = 0x0123456789ABCDEF0123456789ABCDEF012 & (1 << 140) - 1
KEY = write_recovery(SECRET)


@pytest.mark.parametrize("language", ["spanish", "english"])
def test_what_is_printed_opens_when_typed_back(language: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(language)
    pdf = recovery_sheet_pdf(KEY.split("-"), "A1B2", paper.FRAME)
    (said,) = paper.texts(pdf)
    groups = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{5}\b", "".join(r.words + "\n" for r in paper.runs(pdf) if r.size > 20))
    assert parse_recovery(" ".join(groups)) == SECRET
    assert "A1B2" in said and "El Mirador (CAP)" in said
    assert paper.embedded(pdf) and b"Helvetica" not in pdf
    assert paper.ink_outside(paper.images(pdf)[0], 14) == 0


def test_groups_are_large() -> None:
    pdf = recovery_sheet_pdf(KEY.split("-"), "A1B2", paper.FRAME)
    assert all(paper.size_of(pdf, group) >= 24 for group in KEY.split("-"))


def test_nothing_else_in_the_file_tells_of_the_key(spanish: None) -> None:
    pdf = recovery_sheet_pdf(KEY.split("-"), "A1B2", paper.FRAME)
    other = recovery_sheet_pdf(write_recovery(SECRET ^ 1).split("-"), "A1B2", paper.FRAME)
    with pypdfium2.PdfDocument(pdf) as document, pypdfium2.PdfDocument(other) as second:
        facts, marks = document.get_metadata_dict(), [mark.get_title() for mark in document.get_toc()]
        assert facts == second.get_metadata_dict()
    assert not any(group in str(facts) + str(marks) for group in KEY.split("-"))
    ours, theirs = (run(text) for run, text in ((paper.texts, pdf), (paper.texts, other)))
    differing = [a for a, b in zip(ours[0].split(), theirs[0].split(), strict=True) if a != b]
    assert set(differing) <= set(KEY.split("-"))  # no code, no hash
    with pypdfium2.PdfDocument(pdf) as document:
        assert not [o for o in document[0].get_objects() if o.type == 3]  # no picture, no QR


def test_a_longer_key_still_fits() -> None:
    pdf = recovery_sheet_pdf([KEY[:5]] * 12, "A1B2", paper.FRAME)
    assert len(paper.texts(pdf)) == 1
