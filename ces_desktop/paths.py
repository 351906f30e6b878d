"""Where things are: shipped resources, the person's data folder, and the state kept outside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent)) / "resources"


def data_root() -> Path:
    """Folder that holds one sub-folder per clinic (`<PREFIX>/clinic.db`); `CES_DESKTOP_DATA` overrides it."""
    if given := os.environ.get("CES_DESKTOP_DATA"):
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir("ces-desktop", appauthor=False))


def state_root() -> Path:
    """Folder outside the data, by which restored data are noticed; `CES_DESKTOP_STATE` overrides it."""
    if given := os.environ.get("CES_DESKTOP_STATE"):
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_state_dir("ces-desktop", appauthor=False))
