"""Small tables from lists, dicts, tuples and objects, as text and as HTML.

A `Table` keeps the rows it is given as lists and fills up short ones; one thread changes it at a
time.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from html import escape
from itertools import chain

from .typeutils import make_sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Table", "UnsupportedData", "escape_html", "to_text"]

_MISSING = make_sentinel(var_name="_MISSING")

# Types of values that stand in one cell and are no tables themselves.
_PLAIN_TYPES = {
    type(None), bool, complex, float, type(NotImplemented), slice, str, bytes, int,
    types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.GeneratorType,
}  # fmt: skip


def to_text(obj: object, maxlen: int | None = None) -> str:
    """`obj` as text, cut to `maxlen` characters with `...` at the end."""
    try:
        text = str(obj)
    except Exception:
        text = object.__repr__(obj)
    if maxlen and len(text) > maxlen:
        text = text[: max(maxlen - 3, 0)] + "..."
    return text


def escape_html(obj: object, maxlen: int | None = None) -> str:
    """`obj` as text for HTML."""
    return escape(to_text(obj, maxlen=maxlen), quote=True)


class UnsupportedData(TypeError):
    """A table cannot be made of data of this type."""


class InputType:
    """How data of one kind becomes rows: subclasses guess headers and read one entry."""

    def __init__(self, *a: Any, **kw: Any) -> None:
        pass

    def check_type(self, obj: Any) -> bool:
        """Whether `obj` is of this kind."""
        raise NotImplementedError

    def guess_headers(self, obj: Any) -> list[Any] | None:
        """The names of the columns, or None if the data has none."""
        return None

    def get_entry(self, obj: Any, headers: Any) -> list[Any]:
        """One row."""
        return list(obj)

    def get_entry_seq(self, data_seq: Iterable[Any], headers: Any) -> list[list[Any]]:
        """A row for each entry."""
        return [self.get_entry(entry, headers) for entry in data_seq]


class _InputOfType(InputType):
    """Data that its type tells apart."""

    _kind: ClassVar[Any]

    def check_type(self, obj: Any) -> bool:
        return isinstance(obj, self._kind)


class DictInputType(_InputOfType):
    """Mappings; the keys are the headers."""

    _kind = Mapping

    def guess_headers(self, obj: Any) -> list[Any]:
        return sorted(obj)

    def get_entry(self, obj: Any, headers: Any) -> list[Any]:
        return [obj.get(header) for header in headers]


class ObjectInputType(InputType):
    """Other objects; their attributes that are not callable are the columns."""

    def check_type(self, obj: Any) -> bool:
        return type(obj) not in _PLAIN_TYPES

    def guess_headers(self, obj: Any) -> list[Any]:
        # What cannot be read counts as callable, by a stand-in that is.
        return [name for name in dir(obj) if not callable(_attribute(obj, name, callable))]

    def get_entry(self, obj: Any, headers: Any) -> list[Any]:
        return [_attribute(obj, name, None) for name in headers]


def _attribute(obj: Any, name: str, failed: Any) -> Any:
    """An attribute, or `failed` where reading it raises anything."""
    try:
        return getattr(obj, name)
    except Exception:
        return failed


class ListInputType(_InputOfType):
    """Lists; they have no headers."""

    _kind = MutableSequence


class TupleInputType(_InputOfType):
    """Tuples; they have no headers."""

    _kind = tuple


class NamedTupleInputType(InputType):
    """Named tuples; the fields are the headers."""

    def check_type(self, obj: Any) -> bool:
        return isinstance(obj, tuple) and hasattr(obj, "_fields")

    def guess_headers(self, obj: Any) -> list[Any]:
        return list(obj._fields)

    def get_entry(self, obj: Any, headers: Any) -> list[Any]:
        return [getattr(obj, header, None) for header in headers]


class Table:
    """Rows of cells, with or without headers.

    Without `headers` the first row of `data` has them; None means that there are none. `metadata`
    is a mapping that `to_html` can show. Subclasses may change the tags (`_html_...`).
    """

    _input_types: ClassVar[list[Any]] = [
        DictInputType(),
        ListInputType(),
        NamedTupleInputType(),
        TupleInputType(),
        ObjectInputType(),
    ]

    _html_tr, _html_tr_close = "<tr>", "</tr>"
    _html_th, _html_th_close = "<th>", "</th>"
    _html_td, _html_td_close = "<td>", "</td>"
    _html_thead, _html_thead_close = "<thead>", "</thead>"
    _html_tbody, _html_tbody_close = "<tbody>", "</tbody>"
    _html_table_tag, _html_table_tag_close = "<table>", "</table>"

    def __init__(
        self, data: Any = None, headers: Any = _MISSING, metadata: Mapping[Any, Any] | None = None
    ) -> None:
        rows = iter(data or ())
        if headers is _MISSING:
            headers = list(next(rows, ()))
        self.headers: list[Any] = headers or []
        self.metadata: Any = metadata or {}
        self._data: list[Any] = []
        self._width = 0
        self.extend(rows)

    def extend(self, data: Iterable[Any]) -> None:
        """Add rows at the end; short ones are filled with None."""
        self._data.extend(data)
        if not self._width:
            self._width = len(self.headers) or max(map(len, self._data), default=0)
        for i, row in enumerate(self._data):
            missing = [None] * (self._width - len(row))
            if missing and isinstance(row, list):
                row.extend(missing)
            elif missing:
                if isinstance(row, Mapping):
                    raise UnsupportedData(
                        f"a row is a sequence of cells, not {row!r}: use from_data"
                    )
                self._data[i] = [*row, *missing]

    @classmethod
    def from_dict(
        cls,
        data: Any,
        headers: Any = _MISSING,
        max_depth: int = 1,
        metadata: Mapping[Any, Any] | None = None,
    ) -> Any:
        """`from_data` for a mapping or several."""
        return cls.from_data(
            data, headers, max_depth, metadata=metadata, _data_type=DictInputType()
        )

    @classmethod
    def from_list(
        cls,
        data: Any,
        headers: Any = _MISSING,
        max_depth: int = 1,
        metadata: Mapping[Any, Any] | None = None,
    ) -> Any:
        """`from_data` for a list or several."""
        return cls.from_data(
            data, headers, max_depth, metadata=metadata, _data_type=ListInputType()
        )

    @classmethod
    def from_object(
        cls,
        data: Any,
        headers: Any = _MISSING,
        max_depth: int = 1,
        metadata: Mapping[Any, Any] | None = None,
    ) -> Any:
        """`from_data` for an object or several, whatever else they are."""
        return cls.from_data(
            data, headers, max_depth, metadata=metadata, _data_type=ObjectInputType()
        )

    @classmethod
    def from_data(
        cls, data: Any, headers: Any = _MISSING, max_depth: int = 1, **kwargs: Any
    ) -> Any:
        """A table of one entry, or of a sequence of entries: lists, dicts, tuples or objects.

        Headers are guessed from the first entry if they are not given. Cells become tables too, as
        deep as `max_depth` allows. Keywords: `metadata`, and `_data_type`, the `InputType` to use.
        Raises `UnsupportedData` for text.
        """
        metadata = kwargs.pop("metadata", None)
        input_type = kwargs.pop("_data_type", None)
        if kwargs:
            raise TypeError(f"unexpected keyword arguments: {sorted(kwargs)!r}")
        if isinstance(data, (str, bytes)):
            raise UnsupportedData(f"unsupported data type {type(data)!r}")
        if type(data) in _PLAIN_TYPES:
            return cls([[data]], headers=headers, metadata=metadata)
        several = isinstance(data, Sequence)
        if several and not data:
            return cls(headers=headers, metadata=metadata)
        if several and input_type is None and type(data[0]) in _PLAIN_TYPES:
            several = False  # a row of cells
        first = data[0] if several else data
        if input_type is None:
            input_type = next(kind for kind in cls._input_types if kind.check_type(first))
        columns = headers
        if not headers or headers is _MISSING:
            columns = input_type.guess_headers(first)
        entries = input_type.get_entry_seq(data if several else [data], columns)
        if max_depth > 1:
            for entry in entries:
                for i, cell in enumerate(entry):
                    if type(cell) not in _PLAIN_TYPES:
                        entry[i] = cls.from_data(cell, max_depth=max_depth - 1)
        shown = (columns or []) if headers is _MISSING else headers
        return cls(entries, headers=shown, metadata=metadata)

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx: Any) -> Any:
        return self._data[idx]

    def __repr__(self) -> str:
        if self.headers:
            return f"{type(self).__name__}(headers={self.headers!r}, data={self._data!r})"
        return f"{type(self).__name__}({self._data!r})"

    def to_html(
        self,
        orientation: str | None = None,
        wrapped: bool = True,
        with_headers: bool = True,
        with_newlines: bool = True,
        with_metadata: bool | str = False,
        max_depth: int = 1,
    ) -> str:
        """The table as HTML.

        `orientation` is "horizontal" (a line per row), "vertical" (a line per column) or "auto",
        or one of their first letters. `wrapped` adds the table tags. `with_metadata` puts a table
        of the metadata first, or last if it is "bottom". Tables in cells are shown as such down to
        `max_depth`.
        """
        chosen = (orientation or "auto")[:1].lower()
        if chosen not in ("a", "h", "v"):
            raise ValueError(
                f"expected one of 'auto', 'vertical', or 'horizontal', not {orientation!r}"
            )
        if chosen == "a":
            chosen = "h" if len(self) > 1 else "v"
        headers = self.headers if with_headers else []
        make_lines = self._horizontal_html_lines if chosen == "h" else self._vertical_html_lines
        lines = list(make_lines(headers, max_depth))
        if wrapped:
            lines = [self._html_table_tag, *lines, self._html_table_tag_close]
        if with_metadata and self.metadata:
            table = type(self).from_data(self.metadata, max_depth=max_depth)
            html = table.to_html(with_newlines=with_newlines, max_depth=max_depth)
            if with_metadata == "bottom":
                lines = [*lines, "<br />", html]
            else:
                lines = [html, "<br />", *lines]
        return ("\n" if with_newlines else "").join(lines)

    def get_cell_html(self, value: object) -> str:
        """A value as HTML; a method to override, which must escape."""
        return escape_html(value)

    def _html_cells(self, values: Iterable[Any], header: bool, max_depth: int) -> str:
        start, end = self._html_td, self._html_td_close
        if header:
            start, end = self._html_th, self._html_th_close
        cells = []
        for value in values:
            if max_depth > 1 and isinstance(value, Table):
                cells.append(value.to_html(max_depth=max_depth - 1))
            else:
                cells.append(self.get_cell_html(value))
        return "".join([f"{start}{cell}{end}" for cell in cells])

    def _horizontal_html_lines(self, headers: list[Any], max_depth: int) -> Iterator[str]:
        if headers:
            yield self._html_thead
            cells = self._html_cells(headers, True, max_depth)
            yield f"{self._html_tr}{cells}{self._html_tr_close}"
            yield self._html_thead_close
        yield self._html_tbody
        for row in self._data:
            yield f"{self._html_tr}{self._html_cells(row, False, max_depth)}{self._html_tr_close}"
        yield self._html_tbody_close

    def _vertical_html_lines(self, headers: list[Any], max_depth: int) -> Iterator[str]:
        for i in range(self._width):
            title = self._html_cells(headers[i : i + 1], True, max_depth) if headers else ""
            cells = self._html_cells([row[i] for row in self._data], False, max_depth)
            cells = cells or f"{self._html_td}{self._html_td_close}"
            yield f"{self._html_tr}{title}{cells}{self._html_tr_close}"

    def to_text(self, with_headers: bool = True, maxlen: int | None = None) -> str:
        """The table as text in columns; cells are cut to `maxlen` characters."""
        rows = [[to_text(cell, maxlen=maxlen) for cell in row] for row in self._data]
        width = max(self._width, max(map(len, rows), default=0))
        titles: list[str] = []
        if with_headers and self.headers:
            padded = [*self.headers, *[None] * (width - len(self.headers))]
            titles = [to_text(header, maxlen=maxlen) for header in padded]
        sizes = [
            max((len(row[i]) for row in chain(rows, [titles]) if i < len(row)), default=0)
            for i in range(width)
        ]

        def line(cells: list[str]) -> str:
            return " | ".join([cell.center(size) for cell, size in zip(cells, sizes, strict=False)])

        head = [line(titles), "-|-".join(["-" * size for size in sizes])] if titles else []
        return "\n".join([*head, *map(line, rows)])
