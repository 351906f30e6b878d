"""A session as it is written, for whoever mentors: nothing clipped, every part named, in each of its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from clipping import clipped
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from whole_window import Shown, nameless

from ces_desktop.domain.access import Role
from ces_desktop.ui.pages.mentoring_session_page import SessionPage

STEPS = 4


def editor(shown: Shown) -> SessionPage:
    """A new session, begun by the person at the keyboard."""
    tasks = shown.window.tasks
    tasks.actor = replace(tasks.actor, roles=tasks.actor.roles | {Role.MENTOR})
    shown.go(("mentoring_edit", ()))
    page = shown.window.page
    assert isinstance(page, SessionPage)
    return page


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("look", ["laptop", "small_large"])
def test_no_step_clips_its_words(show: Callable[[str, str], Shown], look: str) -> None:
    shown = show(look, "full")
    page = editor(shown)
    wrong = []
    for step in range(STEPS):
        page.go_step(step)
        shown.settle()
        wrong += [f"{step}: {line}" for line in clipped(shown.application.frame)]
        wrong += [f"{step}: no name: {line}" for line in nameless(shown.application.frame)]
    assert not wrong, "\n".join(wrong)


def test_it_is_left_by_esc_and_opens_over_nobody(show: Callable[[str, str], Shown]) -> None:
    shown = show("laptop", "empty")
    shown.go(("today", ()))
    page = editor(shown)
    assert page.before.proposed.isHidden() and not page.before.nobody.isHidden()
    QTest.keyClick(shown.focus(), Qt.Key.Key_Escape)
    shown.settle()
    assert shown.window.place() == ("today", ())
