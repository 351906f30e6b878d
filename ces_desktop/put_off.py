"""Modules that libraries import for others than us: found at once, run when somebody first asks them for something.

SQLAlchemy imports asyncio for engines that we do not use, and importlib.metadata, with all of email, for plug-ins that
we do not have. PySide compiles, from their source, at every start, the modules that word the error of a call with wrong
arguments and that write type stubs. Together they are a seventh of the time until the first page.

Nothing is taken away: a module that is used runs then. A name that no library imports any more does nothing here.
`importlib.util.LazyLoader` cannot do this: to it, a second import of the same module is a use.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from inspect import iscoroutine
from threading import RLock
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, SupportsIndex, cast

if TYPE_CHECKING:
    from importlib.abc import Loader

Names = Mapping[str, Mapping[str, object]]
UNUSED: Names = MappingProxyType(
    {
        "asyncio": {"iscoroutine": iscoroutine},
        "importlib.metadata": {},
        **{f"shibokensupport.signature.{name}": {} for name in ("errorhandler", "layout", "parser")},
        **{f"shibokensupport.signature.lib.{name}": {} for name in ("enum_sig", "pyi_generator", "tool")},
    }
)
"""Module: the names that who imports it copies at once, with what answers for them until the module runs."""
_running = RLock()


@contextmanager
def put_off(names: Names = UNUSED) -> Iterator[None]:
    """Inside, an import of one of these modules does not run it yet; those imported before stay as they are."""
    kept = sys.meta_path
    sys.meta_path = _Line([_Finder(names), *kept])
    try:
        yield
    finally:
        kept[:] = sys.meta_path[1:]
        sys.meta_path = kept


class _Line(list[Any]):
    """The finders, ours first: PySide puts its own at the head."""

    def insert(self, place: SupportsIndex, finder: Any) -> None:
        super().insert(max(1, int(place)), finder)


class _Finder:
    def __init__(self, names: Names) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        for finder in sys.meta_path[1:]:
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = cast("Loader", _Wait(spec.loader, self._names[name]))
                return spec
        return None


class _Wait:
    """In the place of a loader: makes the module, and leaves running it to its first use."""

    def __init__(self, loader: Loader, meanwhile: Mapping[str, object]) -> None:
        self._loader, self._meanwhile = loader, meanwhile

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__dict__.update(self._meanwhile, _put_off=(self._loader, module.__spec__.name))
        module.__class__ = _Waiting


class _Waiting(ModuleType):
    """A module that has not run. What Python keeps of every module is answered already, and does not run it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        with _running:
            if "_put_off" in self.__dict__:
                _run(self, *self.__dict__.pop("_put_off"))
        return ModuleType.__getattribute__(self, name)


def _run(module: ModuleType, loader: Loader, name: str) -> None:
    spec = module.__spec__
    assert spec is not None
    module.__loader__ = spec.loader = loader
    known_as, spec.name = spec.name, name  # PySide gives its modules a second name; its loader knows the first
    loader.exec_module(module)
    spec.name = known_as
    module.__class__ = ModuleType
