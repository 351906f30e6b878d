"""Every refusal, warning and reason of the identity rules has its sentence, with no blank the rule does not fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ces_desktop.domain import calendar, curp, identity, matching
from ces_desktop.ui.messages.identity import sentences

CODE = re.compile(r'"((?:calendar|birth|identity|curp)\.[a-z_]+)"')
REASON = re.compile(
    r'Reason\("([a-z_]+)"|code = "([a-z_]+)"|else "(same_given|similar_given)"|"(nickname|same_given)" if'
)


@pytest.mark.parametrize("module", [calendar, identity, curp])
def test_every_code_of_the_rules_has_a_sentence(module: object) -> None:
    text = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    used = set(CODE.findall(text))
    assert used
    assert used <= sentences().keys()


def test_every_reason_of_a_match_is_worded() -> None:
    text = Path(matching.__file__).read_text(encoding="utf-8")
    used = {"match." + code for found in REASON.findall(text) for code in found if code}
    assert {key for key in sentences() if key.startswith("match.")} == used
