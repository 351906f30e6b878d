"""The parts every page is made of (catalogue in `ui.md`); pages import them from here.

A part is loaded when a page first asks for it: the first page of the day needs a third of them. A new part is named
twice, for the type checker and in `_HOME`; a test compares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ces_desktop.ui.widgets.banner import BannerFacts, PatientBanner, full_name
    from ces_desktop.ui.widgets.button import Button, IconButton
    from ces_desktop.ui.widgets.card import Heading, SectionCard
    from ces_desktop.ui.widgets.check import CheckBox
    from ces_desktop.ui.widgets.chip import StatusChip, Tag
    from ces_desktop.ui.widgets.choice import ChoiceField, yes_no_field
    from ces_desktop.ui.widgets.combo import ComboField, Option
    from ces_desktop.ui.widgets.coverage_strip import CoverageStrip
    from ces_desktop.ui.widgets.dialog import Dialog, Question, confirm
    from ces_desktop.ui.widgets.docked import DockedBar
    from ces_desktop.ui.widgets.empty import EmptyState
    from ces_desktop.ui.widgets.field import DateField, NoteField, TextField
    from ces_desktop.ui.widgets.field_row import FieldRow
    from ces_desktop.ui.widgets.figures import Legend, Measure, Sparkline, Stack100, Swatch
    from ces_desktop.ui.widgets.filters import Filters
    from ces_desktop.ui.widgets.form import FormFlow
    from ces_desktop.ui.widgets.layout import Drawer, Rule, ScrollBody, box, clear, column, fill, hide_unless, row
    from ces_desktop.ui.widgets.note import InlineNote
    from ces_desktop.ui.widgets.outcome_key import OutcomeKey
    from ces_desktop.ui.widgets.progress import ProgressPanel
    from ces_desktop.ui.widgets.rail import Rail, RailEntry
    from ces_desktop.ui.widgets.ridges import Ridges
    from ces_desktop.ui.widgets.side_by_side import SideBySide
    from ces_desktop.ui.widgets.slider import Slider
    from ces_desktop.ui.widgets.stacked_months import StackedMonths
    from ces_desktop.ui.widgets.stat import StatTile
    from ces_desktop.ui.widgets.steps import StepList
    from ces_desktop.ui.widgets.text import Icon, Initials, KeyCap, Shape, Text
    from ces_desktop.ui.widgets.timeline import Happening, Timeline
    from ces_desktop.ui.widgets.toast import SavingStrip, Toast
    from ces_desktop.ui.widgets.topbar import SearchBox, TopBar, UsbBadge, UserButton
    from ces_desktop.ui.widgets.wrapped import Wrapped

_HOME = {
    name: module
    for module, names in {
        "banner": "BannerFacts PatientBanner full_name",
        "button": "Button IconButton",
        "card": "Heading SectionCard",
        "check": "CheckBox",
        "chip": "StatusChip Tag",
        "choice": "ChoiceField yes_no_field",
        "combo": "ComboField Option",
        "coverage_strip": "CoverageStrip",
        "dialog": "Dialog Question confirm",
        "docked": "DockedBar",
        "empty": "EmptyState",
        "field": "DateField NoteField TextField",
        "field_row": "FieldRow",
        "figures": "Legend Measure Sparkline Stack100 Swatch",
        "filters": "Filters",
        "form": "FormFlow",
        "layout": "Drawer Rule ScrollBody box clear column fill hide_unless row",
        "note": "InlineNote",
        "outcome_key": "OutcomeKey",
        "progress": "ProgressPanel",
        "rail": "Rail RailEntry",
        "ridges": "Ridges",
        "side_by_side": "SideBySide",
        "slider": "Slider",
        "stacked_months": "StackedMonths",
        "stat": "StatTile",
        "steps": "StepList",
        "text": "Icon Initials KeyCap Shape Text",
        "timeline": "Happening Timeline",
        "toast": "SavingStrip Toast",
        "topbar": "SearchBox TopBar UsbBadge UserButton",
        "wrapped": "Wrapped",
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    part = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return part


__all__ = [
    "BannerFacts", "Button", "CheckBox", "ChoiceField", "ComboField", "CoverageStrip", "DateField", "Dialog",
    "DockedBar", "Drawer",
    "EmptyState", "FieldRow", "Filters", "FormFlow", "Happening", "Heading", "Icon", "IconButton", "Initials",
    "InlineNote", "KeyCap", "Legend", "Measure", "NoteField", "Option", "OutcomeKey", "PatientBanner", "ProgressPanel",
    "Question", "Rail", "RailEntry", "Ridges", "Rule", "SavingStrip", "ScrollBody", "SearchBox", "SectionCard", "Shape",
    "SideBySide", "Slider", "Sparkline",
    "Stack100", "StackedMonths", "StatTile", "StatusChip", "StepList", "Swatch", "Tag", "Text", "TextField", "Timeline",
    "Toast", "TopBar", "UsbBadge", "UserButton", "Wrapped", "box", "clear", "column", "confirm", "fill", "full_name",
    "hide_unless", "row", "yes_no_field",
]  # fmt: skip
