"""What this laptop remembers before anyone signs in: language, look, last clinic and person. Nothing secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from ces_desktop import paths


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the laptop; unknown or damaged ones fall back to these."""

    language: Literal["es", "en"] = "es"
    theme: Literal["light", "dark"] = "light"
    zoom: int = 100
    """Per cent, 90–160."""
    lock_minutes: int = 5
    last_clinic: str = ""
    """Prefix of the clinic opened last."""
    last_user: str = ""
    """Id (hex) of the person who signed in last."""

    def checked(self) -> Settings:
        """The same with every value in its range."""
        plain = Settings()
        return replace(
            self,
            language=self.language if self.language in ("es", "en") else plain.language,
            theme=self.theme if self.theme in ("light", "dark") else plain.theme,
            zoom=min(160, max(90, self.zoom)),
            lock_minutes=min(15, max(2, self.lock_minutes)),
        )


def _file() -> Path:
    return paths.state_root() / "settings.json"


def load() -> Settings:
    """The stored settings; the defaults where there are none or they cannot be read."""
    known: dict[str, type] = {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings)}
    try:
        stored: Any = json.loads(_file().read_text(encoding="utf-8"))
        kept: dict[str, Any] = {k: v for k, v in stored.items() if k in known and type(v) is known[k]}
        return Settings(**kept).checked()
    except (OSError, ValueError, AttributeError):
        return Settings()


def save(settings: Settings) -> None:
    """Store them; a folder that takes no file only means that they are asked again."""
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(asdict(settings.checked()), indent=1), encoding="utf-8")
        part.replace(file)
    except OSError:
        return


def update(change: Callable[[Settings], Settings]) -> Settings:
    """Load, change, save; returns what is stored now."""
    new = change(load()).checked()
    save(new)
    return new
