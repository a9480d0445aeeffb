"""JSON Schemas (2020-12) of types."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from . import inspect as mi
from ._core import NODEFAULT, to_builtins

__all__ = ("schema", "schema_components")

_REF_TEMPLATE: Final = "#/$defs/{name}"


def schema(
    type: Any,
    *,
    schema_hook: Callable[[type], dict[str, Any]] | None = None,
    ref_template: str = _REF_TEMPLATE,
) -> dict[str, Any]:
    """The JSON Schema of a type; classes it uses stand under "$defs".

    `schema_hook` is asked for the schema of custom types. References are `ref_template` with the
    name of the class.
    """
    (made,), components = schema_components(
        (type,), schema_hook=schema_hook, ref_template=ref_template
    )
    if components:
        made["$defs"] = components
    return made


def schema_components(
    types: Iterable[Any],
    *,
    schema_hook: Callable[[type], dict[str, Any]] | None = None,
    ref_template: str = _REF_TEMPLATE,
) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """The JSON Schemas of several types, and those of the classes they use, by name."""
    infos = mi.multi_type_info(types)
    classes: dict[Any, mi.Type] = {}
    for each in infos:
        _collect(each, classes)
    names = _names(classes)
    generator = _Generator(names, schema_hook, ref_template)
    schemas = tuple(generator.schema(each) for each in infos)
    components = {names[cls]: generator.schema(t, False) for cls, t in classes.items()}
    return schemas, components


def _collect(t: mi.Type, classes: dict[Any, mi.Type]) -> None:
    """The classes below a type that get a schema of their own."""
    if isinstance(t, (mi.StructType, mi.TypedDictType, mi.DataclassType, mi.NamedTupleType)):
        if t.cls in classes:
            return
        classes[t.cls] = t
        below = [each.type for each in t.fields]
    elif isinstance(t, mi.EnumType):
        classes[t.cls] = t
        return
    elif isinstance(t, mi.Metadata):
        below = [t.type]
    elif isinstance(t, mi.CollectionType):
        below = [t.item_type]
    elif isinstance(t, mi.TupleType):
        below = list(t.item_types)
    elif isinstance(t, (mi.DictType, mi.FrozenDictType)):
        below = [t.key_type, t.value_type]
    elif isinstance(t, mi.UnionType):
        below = list(t.types)
    else:
        return
    for each in below:
        _collect(each, classes)


def _class_name(cls: Any) -> str:
    if not hasattr(cls, "__origin__"):
        return str(cls.__name__)
    shown = (each.__name__ if isinstance(each, type) else repr(each) for each in cls.__args__)
    return f"{cls.__origin__.__name__}[{', '.join(shown)}]"


def _names(classes: Iterable[Any]) -> dict[Any, str]:
    """A name for each class: its own, with its module where two are alike, numbered at last."""

    def plain(name: str) -> str:
        return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)

    short = {cls: plain(_class_name(cls)) for cls in classes}
    taken = list(short.values())
    wanted = {
        cls: plain(f"{cls.__module__}.{cls.__qualname__}") if taken.count(name) > 1 else name
        for cls, name in short.items()
    }
    reserved = set(wanted.values())
    used: set[str] = set()
    names = {}
    for cls, name in wanted.items():
        free, number = name, 2
        while free in used or (free != name and free in reserved):
            free = f"{name}_{number}"
            number += 1
        names[cls] = free
        used.add(free)
    return names


# What counts as indent, as Python's own cleaning of docstrings has it.
_INDENT = " " if sys.version_info >= (3, 13) else None


def _clean(text: str) -> str:
    """A docstring without the indent of its code and empty lines around it.

    `inspect.cleandoc` would import much.
    """
    lines = [line if line.strip() else "" for line in text.expandtabs().split("\n")]
    lines[0] = lines[0].lstrip(_INDENT)
    margins = [len(line) - len(line.lstrip(_INDENT)) for line in lines[1:] if line]
    margin = min(margins, default=0)
    return "\n".join([lines[0], *(line[margin:] for line in lines[1:])]).strip("\n")


def _doc(t: Any) -> str:
    cls = getattr(t.cls, "__origin__", t.cls)
    text = getattr(cls, "__doc__", "")
    if not text:
        return ""
    doc = _clean(text)
    # What Python itself writes there says nothing.
    if isinstance(t, mi.EnumType) and doc == "An enumeration.":
        return ""
    made = isinstance(t, (mi.NamedTupleType, mi.DataclassType))
    if made and doc.startswith(f"{cls.__name__}(") and doc.endswith(")"):
        return ""
    return doc


def _is_text_key(t: mi.Type) -> bool:
    while isinstance(t, mi.Metadata):
        t = t.type
    if isinstance(t, mi.LiteralType):
        return all(isinstance(each, str) for each in t.values)
    if isinstance(t, mi.EnumType):
        return all(isinstance(each.value, str) for each in t.cls.__members__.values())
    if isinstance(t, mi.UnionType):
        return all(_is_text_key(each) for each in t.types)
    return isinstance(t, mi.StrType)


_NUMBERS = (
    ("ge", "minimum"),
    ("gt", "exclusiveMinimum"),
    ("le", "maximum"),
    ("lt", "exclusiveMaximum"),
    ("multiple_of", "multipleOf"),
)
_FORMATS: dict[Any, str] = {
    mi.DateType: "date",
    mi.TimeDeltaType: "duration",
    mi.UUIDType: "uuid",
    mi.DecimalType: "decimal",
}


def _put(schema: dict[str, Any], t: Any, pairs: tuple[tuple[str, str], ...]) -> None:
    for name, key in pairs:
        if getattr(t, name) is not None:
            schema[key] = getattr(t, name)


class _Generator:
    """Schemas of described types; `names` are the classes that are referred to."""

    def __init__(self, names: dict[Any, str], hook: Any, template: str) -> None:
        self.names = names
        self.hook = hook
        self.template = template

    def schema(self, t: mi.Type, as_reference: bool = True) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        while isinstance(t, mi.Metadata):
            schema = mi._merge_json(schema, t.extra_json_schema)
            t = t.type
        name = self.names.get(getattr(t, "cls", None)) if as_reference else None
        if name is not None:
            schema["$ref"] = self.template.format(name=name)
            return schema
        if isinstance(t, mi.CustomType):
            return self._custom(t, schema)
        for kinds, method in (
            ((mi.AnyType, mi.RawType), None),
            (mi.NoneType, lambda schema, t: schema.update(type="null")),
            (mi.BoolType, lambda schema, t: schema.update(type="boolean")),
            ((mi.IntType, mi.FloatType), self._number),
            ((mi.StrType, mi.BytesType, mi.ByteArrayType, mi.MemoryViewType), self._text),
            ((mi.DateTimeType, mi.TimeType, *_FORMATS), self._formatted),
            (mi.CollectionType, self._collection),
            (mi.TupleType, self._tuple),
            ((mi.DictType, mi.FrozenDictType), self._mapping),
            (mi.UnionType, self._union),
            (mi.LiteralType, self._literal),
            (mi.EnumType, self._enum),
            (mi.StructType, self._struct),
            ((mi.TypedDictType, mi.DataclassType, mi.NamedTupleType), self._record),
        ):
            if isinstance(t, kinds):
                if method is not None:
                    method(schema, t)
                return schema
        if isinstance(t, mi.ExtType):
            raise TypeError("json-schema doesn't support msgpack Ext types")
        raise TypeError(f"json-schema doesn't support type {t!r}")

    def _custom(self, t: Any, schema: dict[str, Any]) -> dict[str, Any]:
        if self.hook is not None:
            try:
                schema = mi._merge_json(dict(self.hook(t.cls)), schema)
            except NotImplementedError:
                pass
        if not schema:
            raise TypeError(
                "Generating JSON schema for custom types requires either:\n"
                "- specifying a `schema_hook`\n"
                "- annotating the type with `Meta(extra_json_schema=...)`\n"
                "\n"
                f"type {t.cls!r} is not supported"
            )
        return schema

    def _number(self, schema: dict[str, Any], t: Any) -> None:
        schema["type"] = "integer" if isinstance(t, mi.IntType) else "number"
        _put(schema, t, _NUMBERS)

    def _text(self, schema: dict[str, Any], t: Any) -> None:
        schema["type"] = "string"
        if isinstance(t, mi.StrType):
            _put(
                schema,
                t,
                (("max_length", "maxLength"), ("min_length", "minLength"), ("pattern", "pattern")),
            )
            return
        schema["contentEncoding"] = "base64"
        for name, key in (("max_length", "maxLength"), ("min_length", "minLength")):
            if getattr(t, name) is not None:
                schema[key] = 4 * ((getattr(t, name) + 2) // 3)

    def _formatted(self, schema: dict[str, Any], t: Any) -> None:
        schema["type"] = "string"
        if isinstance(t, mi.DateTimeType):
            if t.tz is True:
                schema["format"] = "date-time"
        elif isinstance(t, mi.TimeType):
            if t.tz is not None:
                schema["format"] = "time" if t.tz else "partial-time"
        else:
            schema["format"] = _FORMATS[type(t)]

    def _collection(self, schema: dict[str, Any], t: Any) -> None:
        schema["type"] = "array"
        if not isinstance(t.item_type, mi.AnyType):
            schema["items"] = self.schema(t.item_type)
        _put(schema, t, (("max_length", "maxItems"), ("min_length", "minItems")))
        if isinstance(t, (mi.SetType, mi.FrozenSetType)):
            schema["uniqueItems"] = True

    def _tuple(self, schema: dict[str, Any], t: Any) -> None:
        schema["type"] = "array"
        schema["minItems"] = schema["maxItems"] = len(t.item_types)
        if t.item_types:
            schema["prefixItems"] = [self.schema(each) for each in t.item_types]
            schema["items"] = False

    def _mapping(self, schema: dict[str, Any], t: Any) -> None:
        schema["type"] = "object"
        if _is_text_key(t.key_type):
            names = self.schema(t.key_type)
            names.pop("type", None)  # names are always texts
            if names:
                schema["propertyNames"] = names
        if not isinstance(t.value_type, mi.AnyType):
            schema["additionalProperties"] = self.schema(t.value_type)
        _put(schema, t, (("max_length", "maxProperties"), ("min_length", "minProperties")))

    def _union(self, schema: dict[str, Any], t: Any) -> None:
        structs: dict[Any, mi.StructType] = {}
        options: list[Any] = []
        nulls: list[Any] = []
        for each in t.types:
            inner = each
            while isinstance(inner, mi.Metadata):
                inner = inner.type
            if isinstance(inner, mi.StructType) and not inner.array_like:
                structs[inner.tag] = inner
            elif isinstance(inner, mi.NoneType):
                nulls = [self.schema(each)]
            else:
                options.append(self.schema(each))
        if len(structs) == 1:
            options.extend(self.schema(each) for each in structs.values())
        elif structs:
            tagged = {
                "anyOf": [self.schema(each) for each in structs.values()],
                "discriminator": {
                    "propertyName": next(iter(structs.values())).tag_field,
                    "mapping": {
                        tag: self.template.format(name=self.names[each.cls])
                        for tag, each in structs.items()
                    },
                },
            }
            if not options and not nulls:
                schema.update(tagged)
                return
            options.append(tagged)
        schema["anyOf"] = options + nulls

    def _literal(self, schema: dict[str, Any], t: Any) -> None:
        schema["enum"] = list(mi._sort_literal_args(t.values))

    def _enum(self, schema: dict[str, Any], t: Any) -> None:
        self._describe(schema, t, t.cls.__name__)
        # Iteration leaves out some members of flags; aliases are the member they stand for.
        members = {id(each): each for each in t.cls.__members__.values()}
        schema["enum"] = sorted(each.value for each in members.values())

    def _describe(self, schema: dict[str, Any], t: Any, title: str) -> None:
        schema.setdefault("title", title)
        doc = _doc(t)
        if doc:
            schema.setdefault("description", doc)

    def _fields(self, t: Any) -> tuple[dict[str, Any], list[str]]:
        """The schemas of fields by name, and the names that are required."""
        made: dict[str, Any] = {}
        for each in t.fields:
            schema = self.schema(each.type)
            if not each.required:
                if each.default is not NODEFAULT:
                    schema["default"] = to_builtins(each.default, str_keys=True)
                elif each.default_factory in (list, dict, set, bytearray):
                    schema["default"] = to_builtins(each.default_factory(), str_keys=True)
            made[each.encode_name] = schema
        return made, [each.encode_name for each in t.fields if each.required]

    def _struct(self, schema: dict[str, Any], t: Any) -> None:
        self._describe(schema, t, _class_name(t.cls))
        fields, required = self._fields(t)
        if t.tag_field is not None:
            fields = {t.tag_field: {"enum": [t.tag]}, **fields}
            required = [t.tag_field, *required]
        if t.array_like:
            optional = 0
            for each in reversed(t.fields):
                if each.required:
                    break
                optional += 1
            self._array(schema, fields, len(fields) - optional)
            if t.forbid_unknown_fields:
                schema["maxItems"] = len(fields)
        else:
            schema.update(type="object", properties=fields, required=required)
            if t.forbid_unknown_fields:
                schema["additionalProperties"] = False

    def _record(self, schema: dict[str, Any], t: Any) -> None:
        self._describe(schema, t, _class_name(t.cls))
        fields, required = self._fields(t)
        if isinstance(t, mi.NamedTupleType):
            self._array(schema, fields, len(required))
            schema["maxItems"] = len(fields)
        else:
            schema.update(type="object", properties=fields, required=required)

    def _array(self, schema: dict[str, Any], fields: dict[str, Any], least: int) -> None:
        schema["type"] = "array"
        if fields:
            schema["prefixItems"] = list(fields.values())
        schema["minItems"] = least
