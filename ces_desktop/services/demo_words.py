"""Short notes for the demonstration, as a hurried physician writes them: all made up, none copied from a record."""

from __future__ import annotations

STEADY = (
    "Acude a control. Se siente bien, sin dolor de cabeza ni mareo.",
    "Viene por su medicina. Sin molestias.",
    "Refiere tomar su tratamiento todos los días. Niega síntomas.",
    "Acude a cita. Come con poca sal, camina al cafetal.",
    "Sin molestias desde la última consulta.",
)
STRUGGLING = (
    "Refiere dolor de cabeza por las mañanas desde hace dos semanas.",
    "Dejó de tomar la medicina unos días porque se le acabó.",
    "Cansancio y visión borrosa a ratos.",
    "Refiere mareo y zumbido de oídos ocasional.",
    "Comenta que olvida las tomas de la noche.",
    "Mucha sed y orina seguido por las noches.",
)
AFTER_HARVEST = (
    "No había venido por el corte de café; regresa sin medicina.",
    "Estuvo fuera en el corte, suspendió el tratamiento.",
    "Lo visitó la acompañante y se animó a regresar.",
)
AFTER_RAINS = (
    "Estuvo fuera trabajando, suspendió el tratamiento.",
    "No pudo bajar a la clínica por las lluvias y el camino.",
    "Se sentía bien y dejó de venir; regresa sin medicina.",
)
FIRST = (
    "Se detecta con cifras altas en dos tomas. No se sabía con la enfermedad.",
    "Detección en la comunidad; se confirma hoy.",
)
KNOWN = ("Ya se atendía en otro lugar, solicita seguimiento aquí.", "Trae su tarjeta de la otra clínica y su medicina.")
LOOKS_WELL = (
    "Consciente, orientación normal. Ruidos cardiacos rítmicos, campos limpios.",
    "Buen estado general. Sin edema. Pulsos presentes.",
    "Exploración sin datos de alarma.",
    "",
)
AT_GOAL = ("En meta. Mismo tratamiento.", "Controlada la enfermedad, continúa igual.", "Cifras en meta.")
OFF_GOAL = (
    "Fuera de meta.",
    "Cifras por arriba de la meta; se insiste en apego.",
    "Sin control, probable olvido de tomas.",
)
SAME = (
    "Continuar tratamiento. Dieta baja en sal, caminar 30 minutos al día.",
    "Misma medicina por un mes. Cita en 4 semanas.",
    "Se entrega medicina del mes. Regresar antes si hay datos de alarma.",
)
MORE = (
    "Se ajusta el tratamiento. Se explica cómo tomarlo. Cita en un mes.",
    "Se agrega medicina. Se revisa la caja con la familia.",
    "Se aumenta la dosis, se dan datos de alarma.",
)
ADDENDA = (
    "Se corrige: la molestia es del lado izquierdo.",
    "Regresa por la tarde por su medicina, se entrega completa.",
    "Se comenta el caso con la supervisora por teléfono; se continúa el plan.",
    "Familiar informa que sí toma aspirina en casa.",
)
LAB_WORDS = ("Llevar en ayuno.", "Cuando haya transporte.", "")
NOBODY_HOME = ("Casa cerrada.", "Vecina informa que anda en el corte.", "")
PAPER_AUTHOR = "Dr. Tomás Arriaga"
"""Who saw people on some paper days: an invented colleague."""
ACUTE_PLANS = ("Tratamiento sintomático y datos de alarma.", "Regresar si empeora.", "Líquidos y reposo.")
