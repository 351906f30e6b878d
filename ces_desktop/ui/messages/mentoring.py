"""Sentences about mentoring, the words for its parts, and the names of what was done."""

from __future__ import annotations

from ces_desktop.i18n import tr
from ces_desktop.reports.mentoring_words import kind_words as kind_words
from ces_desktop.reports.mentoring_words import point_words as point_words
from ces_desktop.reports.mentoring_words import result_words as result_words
from ces_desktop.reports.mentoring_words import side_words as side_words
from ces_desktop.reports.mentoring_words import state_words as state_words


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "mentoring.no_day": tr("The date is missing. Write the day of the session."),
        "mentoring.future": tr("A session cannot be of a day to come. Check the date."),
        "mentoring.kind": tr("Choose how the session was held."),
        "mentoring.too_many_actions": tr("At most {most} actions: more are not done. Choose those that matter most."),
        "mentoring.too_much": tr("That is more than a session holds. Leave some for the next one."),
        "mentoring.too_long": tr("That text is too long: at most {most} letters."),
        "mentoring.due_shape": tr("Action {number}: that is no date. Write a day, as 150426 or +28."),
        "mentoring.due_before": tr("Action {number}: it would be due before the session. Check the date."),
        "mentoring.no_mentor": tr("Nobody is named as mentor."),
        "mentoring.no_mentee": tr("Nobody is named whom the session is for."),
        "mentoring.empty": tr("Nothing is written yet: there is nothing to sign."),
        "mentoring.action_owner": tr("Action {number}: say who does it."),
        "mentoring.action_due": tr("Action {number}: say until when."),
        "mentoring.closed": tr("Both have signed: the session is not changed any more. Write an addendum."),
        "mentoring.still_open": tr("The session is still open: change it instead of adding to it."),
        "mentoring.signed": tr("A signature stands under it: it cannot be taken back."),
        "mentoring.unknown": tr("This session is not here any more."),
        "mentoring.not_of_side": tr("Only who took part on that side signs or answers there."),
        "mentoring.no_text": tr("Nothing is written."),
        "mentoring.checklist_unknown": tr("That checklist is not on this laptop."),
        "mentoring.action_unknown": tr("This action is not here any more."),
        "mentoring.action_state": tr("Say what became of it: done, dropped or still open."),
        "checklist.name_missing": tr("Write the name of the checklist."),
        "checklist.no_items": tr("A checklist needs at least one item."),
        "checklist.too_many": tr("At most {most} items: a longer list is not watched."),
        "checklist.text_missing": tr("Item {number} has no words."),
        "checklist.too_long": tr("Item {number} is too long: at most {most} letters."),
        "checklist.unknown": tr("That checklist is not on this laptop."),
        "act.mentoring.save": tr("mentoring session"),
        "act.mentoring.sign": tr("signature of a mentoring session"),
        "act.mentoring.answer": tr("answer to a mentoring session"),
        "act.mentoring.addendum": tr("addendum to a mentoring session"),
        "act.mentoring.take_back": tr("mentoring session taken back"),
        "act.mentoring.action_done": tr("agreed action done"),
        "act.mentoring.action_dropped": tr("agreed action dropped"),
        "act.mentoring.action_open": tr("agreed action open again"),
        "act.checklist.keep": tr("new version of a checklist"),
        "act.checklist.offer": tr("checklist offered again"),
        "act.checklist.withdraw": tr("checklist withdrawn"),
    }
