"""Matching: specs that say what a target must look like, and errors that say where it does not.

`Match` switches to a mode in which types, values and containers are patterns; `M`, `And`, `Or`,
`Not`, `Regex`, `Switch` and `Check` work in every mode. All of them are values that threads share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ._errors import GlomError, names_of
from ._repr import _MISSING, MODE, RAISE, bbformat, bbrepr, format_invocation
from ._specs import Val as Val
from .core import Path, Scope, T, TType, arg_val, chain_child, glom


class MatchError(GlomError):
    """A target is not as its pattern wants it. The text is made when it is read."""

    def __init__(self, fmt: str, *args: Any) -> None:
        super().__init__(fmt, *args)

    def get_message(self) -> str:
        return bbformat(self.args[0], *self.args[1:])


class TypeMatchError(MatchError, TypeError):
    """A target is of another type than its pattern wants."""

    def __init__(self, actual: type, expected: type) -> None:
        super().__init__("expected type {0.__name__}, not {1.__name__}", expected, actual)


class CheckError(GlomError):
    """A `Check` failed; `msgs` are all its failures."""

    def __init__(self, msgs: list[str], check: Any, path: Any) -> None:
        self.msgs = msgs
        self.check_obj = check
        self.path = path

    def get_message(self) -> str:
        text = f"target at path {self.path} failed check,"
        spec = getattr(self.check_obj, "spec", T)
        if spec is not T:
            text += f" subtarget at {spec!r}"
        if len(self.msgs) == 1:
            return f"{text} got error: {self.msgs[0]!r}"
        return f"{text} got {len(self.msgs)} errors: {self.msgs!r}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.msgs!r}, {self.check_obj!r}, {self.path!r})"


class Match:
    """Checks the target against a pattern, and gives what it matched.

    A type wants an instance; a value an equal one; a callable answers true; a dict, list, set,
    frozenset or tuple wants its items to match. Keys of dicts are required when they are values;
    see `Optional` and `Required`. Without a match the result is `default`, or MatchError is raised.
    """

    _leaves_mode: Callable[..., Any]  # of its scope, for what is evaluated in it afterwards

    def __init__(self, spec: Any, default: Any = _MISSING) -> None:
        self.spec = spec
        self.default = default

    def glomit(self, target: Any, scope: Scope) -> Any:
        scope[MODE] = _glom_match
        try:
            return scope[glom](target, self.spec, scope)
        except GlomError:
            if self.default is _MISSING:
                raise
        return arg_val(target, self.default, scope)

    def verify(self, target: Any) -> Any:
        """As `glom(target, self)`."""
        return glom(target, self)

    def matches(self, target: Any) -> bool:
        """Whether the target matches."""
        try:
            glom(target, self)
        except GlomError:
            return False
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({bbrepr(self.spec)})"


_REGEX_FUNCS = (re.fullmatch, None, re.search, re.match)


class Regex:
    """A text or bytes that a pattern matches: all of it, or as `func` (re.match, re.search) says.

    Named groups become names of the scope. The result is the target.
    """

    __slots__ = ("flags", "func", "match_func", "pattern")

    def __init__(
        self, pattern: Any, flags: int = 0, func: Callable[..., Any] | None = None
    ) -> None:
        if func not in _REGEX_FUNCS:
            names = sorted(each.__name__ if each else "None" for each in _REGEX_FUNCS)
            raise ValueError(f"'func' must be one of {', '.join(names)}")
        compiled = re.compile(pattern, flags)
        self.flags, self.func, self.pattern = flags, func, pattern
        self.match_func = getattr(compiled, func.__name__ if func else "fullmatch")

    def glomit(self, target: Any, scope: Scope) -> Any:
        if type(target) not in (str, bytes):
            raise MatchError(
                "{0!r} not valid as a Regex target -- expected {1!r}", type(target), (str, bytes)
            )
        match = self.match_func(target)
        if not match:
            raise MatchError("target did not match pattern {0!r}", self.pattern)
        scope.update(match.groupdict())
        return target

    def __repr__(self) -> str:
        flags = f", flags={bbrepr(self.flags)}" if self.flags else ""
        func = f", func={self.func.__name__}" if self.func else ""
        return f"{type(self).__name__}({bbrepr(self.pattern)}{flags}{func})"


class _Combinable:
    """`&`, `|` and `~` of specs that match."""

    __slots__ = ()

    def __and__(self, other: Any) -> And:
        return And(self, other)

    def __or__(self, other: Any) -> Or:
        return Or(self, other)

    def __invert__(self) -> Not:
        return Not(self)


def _is_written_with_m(spec: Any) -> bool:
    while type(spec) in (And, Or, Not):
        spec = spec.child if type(spec) is Not else spec.children[0]
    return isinstance(spec, (_MType, _MExpr))


class _Bool(_Combinable):
    OP = ""

    def __init__(self, *children: Any, **kw: Any) -> None:
        self.children = children
        if not children:
            raise ValueError(f"need at least one operand for {type(self).__name__}")
        self.default = kw.pop("default", _MISSING)
        if kw:
            raise TypeError(f"got unexpected kwargs: {list(kw)!r}")

    def _glomit(self, target: Any, scope: Scope) -> Any:
        raise NotImplementedError

    def glomit(self, target: Any, scope: Scope) -> Any:
        try:
            return self._glomit(target, scope)
        except GlomError:
            if self.default is _MISSING:
                raise
            return arg_val(target, self.default, scope)

    def __repr__(self) -> str:
        texts = [
            f"({bbrepr(each)})" if isinstance(each, _MExpr) else bbrepr(each)
            for each in self.children
        ]
        if self.default is not _MISSING:
            texts.append(f"default={self.default!r}")
        elif _is_written_with_m(self):
            return f" {self.OP} ".join(texts)
        return f"{type(self).__name__}({', '.join(texts)})"


class And(_Bool):
    """All specs in order, each with the target; the result is that of the last."""

    OP = "&"

    def _glomit(self, target: Any, scope: Scope) -> Any:
        result = target
        for child in self.children:
            result = scope[glom](target, child, scope)
        return result

    def __and__(self, other: Any) -> And:
        return And(*self.children, other)


class Or(_Bool):
    """The first spec that raises no GlomError; the error of the last when all do."""

    OP = "|"

    def _glomit(self, target: Any, scope: Scope) -> Any:
        for child in self.children[:-1]:
            try:
                return scope[glom](target, child, scope)
            except GlomError:
                pass
        return scope[glom](target, self.children[-1], scope)

    def __or__(self, other: Any) -> Or:
        return Or(*self.children, other)


class Not(_Combinable):
    """The target when the spec raises a GlomError, and a GlomError when it does not."""

    def __init__(self, child: Any) -> None:
        self.child = child

    def glomit(self, target: Any, scope: Scope) -> Any:
        try:
            scope[glom](target, self.child, scope)
        except GlomError:
            return target
        raise GlomError("child shouldn't have passed", self.child)

    def __repr__(self) -> str:
        if self.child is M:
            return "~M"
        text = bbrepr(self.child)
        return f"~({text})" if _is_written_with_m(self) else f"Not({text})"


_COMPARISONS = {"=": "==", "!": "!=", "g": ">=", "l": "<="}


def _recorded(op: str) -> Callable[[Any, Any], _MExpr]:
    return lambda self, other: _MExpr(self, op, other)


class _Comparable:
    """Comparisons that are recorded, not made."""

    __slots__ = ()

    __eq__, __ne__ = map(_recorded, "=!")  # type: ignore[assignment]
    __gt__, __lt__, __ge__, __le__ = map(_recorded, "><gl")
    __hash__ = None  # type: ignore[assignment]


class _MSubspec(_Comparable):
    """`M(spec)`: what a spec gives, to be compared or to be true."""

    __slots__ = ("spec",)

    def __init__(self, spec: Any) -> None:
        self.spec = spec

    def __repr__(self) -> str:
        return f"M({bbrepr(self.spec)})"

    def glomit(self, target: Any, scope: Scope) -> Any:
        value = scope[glom](target, self.spec, scope)
        if value:
            return target
        raise MatchError("expected truthy value from {0!r}, got {1!r}", self.spec, value)


class _MExpr(_Combinable):
    """A comparison with `M`: the target, when it holds."""

    __slots__ = ("lhs", "op", "rhs")

    def __init__(self, lhs: Any, op: str, rhs: Any) -> None:
        self.lhs, self.op, self.rhs = lhs, op, rhs

    __rand__ = _Combinable.__and__

    def glomit(self, target: Any, scope: Scope) -> Any:
        def value(side: Any) -> Any:
            if side is M:
                return target
            return scope[glom](target, side.spec, scope) if type(side) is _MSubspec else side

        lhs, rhs = value(self.lhs), value(self.rhs)
        if compare(lhs, self.op, rhs):
            return target
        raise MatchError("{0!r} {1} {2!r}", lhs, _COMPARISONS.get(self.op, self.op), rhs)

    def __repr__(self) -> str:
        return f"{self.lhs!r} {_COMPARISONS.get(self.op, self.op)} {self.rhs!r}"


def compare(lhs: Any, op: str, rhs: Any) -> Any:
    if op == "=":
        return lhs == rhs
    if op == "!":
        return lhs != rhs
    if op == ">":
        return lhs > rhs
    if op == "<":
        return lhs < rhs
    return lhs >= rhs if op == "g" else lhs <= rhs


class _MType(_Comparable, _Combinable):
    """`M`, the target of a match: `M > 3`, `(M != "") & str`, `M(T.size) < M(T.limit)`."""

    __slots__ = ()

    def __call__(self, spec: TType) -> _MSubspec:
        if not isinstance(spec, TType):
            raise TypeError(f"M() only accepts T-style specs, not {type(spec).__name__}")
        return _MSubspec(spec)

    __rand__ = _Combinable.__and__

    def __repr__(self) -> str:
        return "M"

    def __reduce__(self) -> str:
        return "M"

    def glomit(self, target: Any, scope: Scope) -> Any:
        if target:
            return target
        raise MatchError("{0!r} not truthy", target)


M = _MType()
"""The target of a match, for comparisons; by itself: a target that is true."""


def _keyed(key: Any, name: str) -> Any:
    if type(key) in (Required, Optional):
        raise TypeError(f"double wrapping of {name}")
    hash(key)
    return key


class Optional:
    """A key of a dict pattern that may be missing, with a default for it."""

    __slots__ = ("default", "key")

    def __init__(self, key: Any, default: Any = _MISSING) -> None:
        self.key = _keyed(key, "Optional")
        if _precedence(key) != 0:
            raise ValueError(f"Optional() keys must be == match constants, not {key!r}")
        self.default = default

    def glomit(self, target: Any, scope: Scope) -> Any:
        if target != self.key:
            raise MatchError("target {0} != spec {1}", target, self.key)
        return target

    def __repr__(self) -> str:
        return f"{type(self).__name__}({bbrepr(self.key)})"


class Required:
    """A key of a dict pattern that must match at least once, though it is no plain value."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = _keyed(key, "Required")
        if _precedence(key) == 0:
            raise ValueError("== match constants are already required: " + bbrepr(key))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({bbrepr(self.key)})"


def _precedence(pattern: Any) -> int:
    """0 for what is compared, 1 for a spec, 2 for a type; containers as their highest."""
    if type(pattern) in (Required, Optional):
        pattern = pattern.key
    if type(pattern) in (tuple, frozenset):
        return max(map(_precedence, pattern), default=0)
    if isinstance(pattern, type):
        return 2
    return 1 if hasattr(pattern, "glomit") else 0


def _match_dict(target: Any, spec: dict[Any, Any], scope: Scope) -> dict[Any, Any]:
    if not isinstance(target, dict):
        raise TypeMatchError(type(target), dict)
    required = {
        key
        for key in spec
        if type(key) is Required or (type(key) is not Optional and _precedence(key) == 0)
    }
    result: dict[Any, Any] = {}
    for key, value in target.items():
        for pattern in spec:
            try:
                key = scope[glom](key, pattern.key if type(pattern) is Required else pattern, scope)
            except GlomError:
                continue
            result[key] = scope[glom](value, spec[pattern], chain_child(scope))
            required.discard(pattern)
            break
        else:
            raise MatchError("key {0!r} didn't match any of {1!r}", key, spec)
    for pattern in spec:
        if type(pattern) is not Optional or pattern.default is _MISSING:
            continue
        if pattern.key not in result:
            result[pattern.key] = arg_val(target, pattern.default, scope)
    if required:
        names = ", ".join(map(bbrepr, required))
        raise MatchError("target missing expected keys: {0}", names)
    return result


def _match_items(target: Any, spec: Any, scope: Scope) -> Any:
    kind = type(spec)
    if not isinstance(target, kind):
        raise TypeMatchError(type(target), kind)
    result: list[Any] = []
    for item in target:
        failed: GlomError | None = None
        for pattern in spec:
            try:
                result.append(scope[glom](item, pattern, scope))
                break
            except GlomError as error:
                failed = error
        else:
            if failed is None:
                raise MatchError("{0!r} does not match empty {1}", target, kind.__name__)
            raise failed
    return result if kind is list else kind(result)


def _glom_match(target: Any, spec: Any, scope: Scope) -> Any:
    """The mode of `Match`: what is no spec is a pattern."""
    if isinstance(spec, type):
        if not isinstance(target, spec):
            raise TypeMatchError(type(target), spec)
    elif isinstance(spec, dict):
        return _match_dict(target, spec, scope)
    elif isinstance(spec, (list, set, frozenset)):
        return _match_items(target, spec, scope)
    elif isinstance(spec, tuple):
        if not isinstance(target, tuple):
            raise TypeMatchError(type(target), tuple)
        if len(target) != len(spec):
            raise MatchError("{0!r} does not match {1!r}", target, spec)
        return tuple(
            [scope[glom](each, pattern, scope) for each, pattern in zip(target, spec, strict=True)]
        )
    elif callable(spec):
        name = getattr(spec, "__name__", None) or bbrepr(spec)
        try:
            accepted = spec(target)
        except Exception as error:
            text = "{0}({1!r}) did not validate (got exception {2!r})"
            raise MatchError(text, name, target, error) from error
        if not accepted:
            raise MatchError("{0}({1!r}) did not validate (non truthy return)", name, target)
    elif target != spec:
        raise MatchError("{0!r} does not match {1!r}", target, spec)
    return target


class Switch:
    """The value spec of the first case whose key spec raises no GlomError.

    `cases` is a dict or a list of pairs. Without one, the result is `default`, or MatchError is
    raised.
    """

    def __init__(
        self, cases: dict[Any, Any] | list[tuple[Any, Any]], default: Any = _MISSING
    ) -> None:
        if type(cases) is dict:
            cases = list(cases.items())
        if type(cases) is not list:
            raise TypeError(
                "expected cases argument to be of format {keyspec: valspec}"
                f" or [(keyspec, valspec)] not: {type(cases)}"
            )
        if not cases:
            raise ValueError(f"expected at least one case in {type(self).__name__}, got: {cases!r}")
        self.cases = cases
        self.default = default

    def glomit(self, target: Any, scope: Scope) -> Any:
        for key, value in self.cases:
            try:
                scope[glom](target, key, scope)
            except GlomError:
                continue
            return scope[glom](target, value, chain_child(scope))
        if self.default is not _MISSING:
            return arg_val(target, self.default, scope)
        raise MatchError(f"no matches for target in {type(self).__name__}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({bbrepr(self.cases)})"


def _is_iterable(value: Any) -> bool:
    try:
        iter(value)
    except TypeError:
        return False
    return True


def truthy(value: Any) -> bool:
    """What a `Check` asks for when it is not told what."""
    return bool(value)


def _is_type(value: Any) -> bool:
    return isinstance(value, type)


class Check:
    """Checks the target, or what `spec` gives for it, and passes the target on.

    `type`, `instance_of`, `equal_to`, `one_of` and `validate` (callables) are all tried, and
    CheckError names all that failed. With `default` a failing target becomes that.
    """

    def __init__(self, spec: Any = T, **kwargs: Any) -> None:
        self.spec = spec
        self._orig_kwargs = dict(kwargs)
        self.default = kwargs.pop("default", RAISE)
        given = {
            name: kwargs.pop(name, _MISSING)
            for name in ("type", "instance_of", "equal_to", "one_of")
        }
        asked = any(value is not _MISSING for value in given.values()) or bool(kwargs)
        validate = kwargs.pop("validate", _MISSING if asked else truthy)
        if kwargs:
            raise TypeError(f"unexpected keyword arguments: {kwargs.keys()!r}")
        self.validators = self._listed("validate", "callable", callable, validate, empty=True)
        self.instance_of = self._listed("instance_of", "a type", _is_type, given["instance_of"])
        self.types = self._listed("type", "a type", _is_type, given["type"])
        self.vals = self._values(given["equal_to"], given["one_of"])
        # Whether it only asks if something is true, and has a default: so it is compiled.
        self.is_gate = not asked and validate is truthy and self.default is not RAISE

    @staticmethod
    def _listed(
        name: str, wanted: str, accept: Callable[[Any], bool], value: Any, empty: bool = False
    ) -> Any:
        if value is _MISSING:
            return ()
        if not _is_iterable(value):
            value = (value,)
        elif not value and not empty:
            raise ValueError(
                f"expected {name!r} argument to contain at least one value, not: {value!r}"
            )
        for each in value:
            if not accept(each):
                raise ValueError(f"expected {name!r} argument to be {wanted}, not: {each!r}")
        return value

    @staticmethod
    def _values(equal_to: Any, one_of: Any) -> Any:
        if equal_to is not _MISSING:
            if one_of is not _MISSING:
                raise TypeError(
                    'expected "one_of" argument to be unset when "equal_to" argument is passed'
                )
            return (equal_to,)
        if one_of is _MISSING:
            return ()
        if not _is_iterable(one_of):
            raise ValueError(f'expected "one_of" argument to be iterable , not: {one_of!r}')
        if not one_of:
            raise ValueError(f'expected "one_of" to contain at least one value, not: {one_of!r}')
        return one_of

    def glomit(self, target: Any, scope: Scope) -> Any:
        checked = target if self.spec is T else scope[glom](target, self.spec, scope)
        failures: list[str] = []
        for text, is_exception in self._failures(checked):
            if self.default is not RAISE and not is_exception:
                return arg_val(target, self.default, scope)
            failures.append(text)
        if failures:
            raise CheckError(failures, self, scope[Path])
        return target

    def _failures(self, value: Any) -> Iterator[tuple[str, bool]]:
        """What is wrong, and whether that is an exception, for which no default stands in."""
        found = type(value).__name__
        if self.types and type(value) not in self.types:
            yield f"expected type to be {names_of(self.types)!r}, found type {found!r}", False
        if self.vals and value not in self.vals:
            one = len(self.vals) == 1
            wanted = self.vals[0] if one else f"one of {self.vals}"
            yield f"expected {wanted}, found {value}", False
        for validator in self.validators:
            text = f"expected {getattr(validator, '__name__', None)!r} check to validate target"
            try:
                if validator(value) is False:
                    yield text, False
            except Exception as error:
                yield f"{text} (got exception: {error!r})", True
        if self.instance_of and not isinstance(value, self.instance_of):
            wanted = names_of(self.instance_of)
            yield f"expected instance of {wanted!r}, found instance of {found!r}", False

    def __repr__(self) -> str:
        spec = () if self.spec is T else (self.spec,)
        return format_invocation(type(self).__name__, spec, self._orig_kwargs)


Match._leaves_mode = staticmethod(_glom_match)
