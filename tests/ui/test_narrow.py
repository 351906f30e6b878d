"""Parts that give way where their place is narrow or the letters are wide: nothing they say is cut."""

from __future__ import annotations

from clipping import clipped
from PySide6.QtWidgets import QApplication, QWidget

from ces_desktop.ui.theme import px
from ces_desktop.ui.widgets import Button, ChoiceField, DockedBar, SectionCard, StepList, TextField, UserButton, column


def _shown(part: QWidget, width: int, height: int = 300) -> QWidget:
    holder = QWidget()
    holder.setLayout(column(part, None, gap=0))
    holder.resize(width, height)
    holder.show()
    QApplication.processEvents()
    return holder


def test_buttons_of_a_bar_go_short_then_into_a_second_line_and_back(dressed: QApplication) -> None:
    words = "Agregar una persona", "Cambiar lo escrito", "Dar una frase nueva", "Quitar el acceso"
    primary, *others = (Button(word, "primary", icon="check", cap="F9") for word in words)
    bar = DockedBar(primary, *others)
    holder = _shown(bar, 1400)
    assert bar.height() == px(56)
    for width in (900, 400, 1400):
        holder.resize(width, 300)
        QApplication.processEvents()
        assert holder.width() == width and clipped(holder) == []
        assert (bar.height() > px(56)) == (width == 400)
    holder.resize(700, 300)
    others[0].set_words("Cambiar lo que está escrito aquí")
    others[1].set_words("Dar una frase de paso nueva")
    QApplication.processEvents()
    assert clipped(holder) == [] and bar.height() > px(56)
    others[0].hide()
    others[1].hide()
    QApplication.processEvents()
    assert bar.height() == px(56)
    holder.close()


def test_answers_go_on_in_a_second_line(dressed: QApplication) -> None:
    field = ChoiceField([(str(n), f"respuesta {n}") for n in range(5)])
    holder = _shown(field, 900)
    one = field.height()
    holder.resize(320, 300)
    QApplication.processEvents()
    assert field.height() > 2 * one and clipped(holder) == []
    holder.close()


def test_a_step_of_a_list_goes_on_in_a_second_line(dressed: QApplication) -> None:
    holder = _shown(StepList(["Inicio", "Hoja de recuperación de la clínica"]), 200)
    assert holder.width() == 200 and clipped(holder) == []
    holder.close()


def test_the_action_of_a_card_goes_under_its_title(dressed: QApplication) -> None:
    action = Button("Elegir otra carpeta", "ghost")
    card = SectionCard("Carpeta de respaldos", icon="folder", action=action)
    holder = _shown(card, 600)
    assert action.parentWidget() is card and action.y() < card.title.height() + px(16)
    holder.resize(240, 300)
    QApplication.processEvents()
    assert action.y() > card.title.height() + px(16) and clipped(holder) == []
    holder.close()


def test_who_is_working_is_shortened_and_named_whole_in_the_tip(dressed: QApplication) -> None:
    button = UserButton("GV", "Dra. María Guadalupe Velázquez Villatoro", "El Mirador")
    holder = _shown(button, 600)
    act = button.toolTip()
    assert act == button.accessibleDescription() and "Dra." not in act
    holder.resize(200, 300)
    QApplication.processEvents()
    assert button.width() <= 200 and clipped(holder) == []
    assert button.toolTip().splitlines() == ["Dra. María Guadalupe Velázquez Villatoro", "El Mirador", act]
    holder.close()


def test_a_field_is_wide_enough_for_its_placeholder(dressed: QApplication) -> None:
    holder = _shown(TextField(width=60, placeholder="comunidad, encabeza o número"), 500)
    assert clipped(holder) == []
    holder.close()
