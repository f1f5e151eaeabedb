"""The newsroom's settings, read from the environment and checked before anything starts.

A newsroom must not find a typing error at noon on election day: a value of the wrong
shape stops the start, and so does a name that begins with STOPPRESS_ and is not known.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

PREFIX = "STOPPRESS_"


class SettingError(Exception):
    """A setting is wrong; the message names it, what it holds and what it takes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, its default and what it is for."""

    name: str
    default: str
    about: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name


class Environment:
    """Reads declared settings from a mapping such as `os.environ`."""

    def __init__(self, values: Mapping[str, str], known: tuple[Setting, ...]) -> None:
        self._values = values
        self._known = {setting.name: setting for setting in known}
        self._refuse_unknown()

    def _refuse_unknown(self) -> None:
        for variable in sorted(self._values):
            name = variable.removeprefix(PREFIX)
            if variable.startswith(PREFIX) and name not in self._known:
                close = difflib.get_close_matches(name, self._known, n=1)
                hint = f" Did you mean {PREFIX}{close[0]}?" if close else ""
                raise SettingError(f"{variable} is not a setting of Stop Press.{hint}")

    def text(self, name: str) -> str:
        """The value, or the declared default when unset or empty."""
        setting = self._known[name]
        return self._values.get(setting.variable, "").strip() or setting.default

    def yes(self, name: str) -> bool:
        """A switch: yes, no, true, false, 1, 0, on, off."""
        value = self.text(name).lower()
        if value in {"yes", "true", "1", "on"}:
            return True
        if value in {"no", "false", "0", "off"}:
            return False
        raise self.wrong(name, "takes yes or no")

    def shaped(self, name: str, shape: re.Pattern[str], takes: str) -> str:
        """The value, which must match `shape` as a whole unless it is empty."""
        value = self.text(name)
        if value and not shape.fullmatch(value):
            raise self.wrong(name, takes)
        return value

    def listed(
        self, name: str, shape: re.Pattern[str] | None = None, takes: str = ""
    ) -> list[str]:
        """Values separated by commas, each of which must match `shape`; blanks fall
        away."""
        values = [part.strip() for part in self.text(name).split(",") if part.strip()]
        if shape and not all(shape.fullmatch(value) for value in values):
            raise self.wrong(name, takes)
        return values

    def file(self, name: str) -> str:
        """The path of a file that is there, or ''."""
        path = self.text(name)
        if path and not Path(path).is_file():
            raise self.wrong(name, "takes a file that is there")
        return path

    def wrong(self, name: str, takes: str) -> SettingError:
        """The error for a value of the wrong shape; `takes` says what would be right."""
        variable = self._known[name].variable
        return SettingError(f"{variable}={self.text(name)!r}: it {takes}.")
