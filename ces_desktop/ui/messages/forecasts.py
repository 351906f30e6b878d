"""Sentences of the forecast of demand."""

from __future__ import annotations

from ces_desktop.i18n import tr


def sentences() -> dict[str, str]:
    """The sentence of each code, with its blanks still open."""
    return {
        "forecast.unreadable": tr("The file with the consumption cannot be read."),
        "forecast.unwritable": tr("The forecast cannot be written there. Choose another place."),
        "forecast.columns": tr(
            "The file needs the columns series, month and consumption; product and exposure may follow."
        ),
        "forecast.no_rows": tr("The file has no rows."),
        "forecast.no_series": tr("Line {line}: the series has no name."),
        "forecast.two_products": tr("Line {line}: this series has another product in an earlier line."),
        "forecast.month_line": tr("Line {line}: the month is written YYYY-MM."),
        "forecast.twice": tr("Line {line}: this month of this series is there twice."),
        "forecast.number_line": tr("Line {line}: the consumption and the exposure are numbers from 0 up, or empty."),
        "forecast.exposure_line": tr("Line {line}: the exposure is the share of the month with stock, 0 to 1."),
        "forecast.quantiles": tr("The quantiles are numbers between 0 and 1, as in 0.5,0.8,0.95."),
        "forecast.horizon": tr("A forecast reaches 1 to {longest} months."),
        "forecast.month": tr("{value} is no month. Write it YYYY-MM."),
        "forecast.negative": tr("What was used in a month is a number from 0 up."),
        "forecast.exposure": tr("The exposure is the share of the month with stock, 0 to 1."),
        "replenish.class": tr("The class of an item is vital, essential or other."),
        "replenish.pack": tr("A pack holds at least one unit."),
        "forecast.lengths": tr("A history needs as many exposures as months."),
    }
