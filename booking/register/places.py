"""Region names in a spreadsheet become codes of the tree. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from booking.accounts.roles import lineage
from booking.instructors.names import normalise

EVERYWHERE = frozenset({"全省", "全省范围", "省内", "全域", "不限"})
WHOLE_CITY = frozenset({"全市", "市内"})


class Places:
    """Finds regions by name: `codes` maps normalised names, `default` is a code."""

    def __init__(self, codes: Mapping[str, str], default: str) -> None:
        self._codes = codes
        self._default = default

    def home(self, workplace: str) -> str:
        """The region that a workplace's name begins with, the longest first."""
        name = normalise(workplace)
        beginnings = (name[:length] for length in range(len(name), 1, -1))
        return next((self._codes[one] for one in beginnings if one in self._codes), self._default)

    def served(self, written: Sequence[str], home: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The codes of the regions as written, and the names that are in no tree.

        Nothing written means the city of `home`; 全省 means the province.
        """
        found: list[str] = []
        missing: list[str] = []
        province, city = lineage(home)[-1], home[:4].ljust(len(home), "0")
        for name in written:
            code = self._code(normalise(name), province, city)
            if code is None:
                missing.append(name)
            else:
                found.append(code)
        return tuple(dict.fromkeys(found or [city])), tuple(missing)

    def _code(self, name: str, province: str, city: str) -> str | None:
        if name in EVERYWHERE:
            return province
        if name in WHOLE_CITY:
            return city
        return self._codes.get(name)
