"""The heart of reach: paths and T, plain specs, scopes, and `glom` itself.

A spec is evaluated in one of two ways. Plain ones - paths, dicts, lists, tuples, callables and the
specs of this package that look at no scope - are compiled once and run natively (`_native.run`).
For all others the functions here walk the spec, with a scope per step, as extensions may look at
it. Both raise the same errors with the same traces. Calls share nothing but the registry and the
programs, so threads may make them at the same time; specs are read while they run.
"""

from __future__ import annotations

import operator
import os
import warnings
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from . import _native
from ._errors import (  # noqa: F401  # public here
    TRACE_WIDTH,
    BadSpec,
    CoalesceError,
    GlomError,
    PathAccessError,
    PathAssignError,
    UnregisteredTarget,
    finished,
    format_oneline_trace,
    format_target_spec_trace,
)
from ._registry import TargetRegistry, _AbstractIterable, _ObjStyleKeys  # noqa: F401
from ._repr import (  # noqa: F401
    _ABSENT,
    _MISSING,
    CHILD_ERRORS,
    CUR_ERROR,
    LAST_CHILD_SCOPE,
    MIN_MODE,
    MODE,
    NO_PYFRAME,
    ROOT,
    SKIP,
    STOP,
    UP,
    bbformat,
    bbrepr,
    format_invocation,
)

if TYPE_CHECKING:
    from ._specs import (  # noqa: F401
        Auto,
        Call,
        Coalesce,
        Fill,
        Inspect,
        Invoke,
        Let,
        Pipe,
        Ref,
        ScopeVars,
        Val,
        Vars,
    )

    Literal = Val

Scope: TypeAlias = ChainMap[Any, Any]

GLOM_DEBUG = os.getenv("GLOM_DEBUG", "").strip().lower() not in ("", "0", "false")
PATH_STAR = True  # whether texts read * and ** as wildcards
OMIT = SKIP  # the old name


# --- T, S, A and paths ---------------------------------------------------------------------------


def _recorded(op: str) -> Callable[[TType, Any], TType]:
    return lambda self, arg: _t_child(self, op, arg)


class TType:
    """What `T`, `S` and `A` are, and all that is made from them: access that is recorded.

    `T.a['b'](1)` remembers attributes, items, calls and arithmetic, and does them with a target
    when it is used as a spec. Instances do not change; threads may share them.
    """

    __slots__ = ("__ops__",)

    __ops__: tuple[Any, ...]  # the root, then an operation and its argument for each step

    def __getattr__(self, name: str) -> TType:
        if name.startswith("__"):
            raise AttributeError(
                "T instances reserve dunder attributes. To access the"
                f' "{name}" attribute, use T.__("{name[2:]}")'
            )
        return _t_child(self, ".", name)

    def __getitem__(self, item: Any) -> TType:
        return _t_child(self, "[", item)

    def __call__(self, *args: Any, **kwargs: Any) -> TType:
        if self is S:
            if args:
                raise TypeError(f"S() takes no positional arguments, got: {args!r}")
            if not kwargs:
                raise TypeError("S() expected at least one kwarg, got none")
        return _t_child(self, "(", (args, kwargs))

    def __star__(self) -> TType:
        """All children of what is reached so far."""
        return _t_child(self, "x", None)

    def __starstar__(self) -> TType:
        """What is reached so far and all that is below it."""
        return _t_child(self, "X", None)

    def __stars__(self) -> int:
        """How many wildcards the path has."""
        return sum(op in ("x", "X") for op in self.__ops__[1::2])

    def __(self, name: str) -> TType:
        """The attribute `"__" + name`."""
        return _t_child(self, ".", "__" + name)

    __add__, __sub__, __mul__, __floordiv__ = map(_recorded, "+-*#")
    __truediv__, __mod__, __pow__, __and__, __or__, __xor__ = map(_recorded, "/%:&|^")

    def __invert__(self) -> TType:
        return _t_child(self, "~", None)

    def __neg__(self) -> TType:
        return _t_child(self, "_", None)

    def __repr__(self) -> str:
        return _format_t(self.__ops__[1:], self.__ops__[0])

    def __getstate__(self) -> Any:
        return (_NAMES_OF_ROOTS[self.__ops__[0]], *self.__ops__[1:])

    def __setstate__(self, state: Any) -> None:
        self.__ops__ = (_ROOTS[state[0]], *state[1:])


def _t_of(ops: tuple[Any, ...]) -> TType:
    made = TType()
    made.__ops__ = ops
    return made


def _t_child(parent: TType, op: str, arg: Any) -> TType:
    ops = parent.__ops__
    if ops[0] is A and op not in (".", "[", "P"):
        raise BadSpec("operation not allowed on A assignment path")
    return _t_of((*ops, op, arg))


T = TType()
"""The target: `T.name['key'](argument)` is done with it when the spec is evaluated."""
S = TType()
"""The scope, read like T; `S(name=spec)` in a chain sets names for the steps after it."""
A = TType()
"""The scope as a place to assign to: `A.name` in a chain keeps the target there."""
_ROOTS = {"T": T, "S": S, "A": A}
for _root in _ROOTS.values():
    _root.__ops__ = (_root,)
_NAMES_OF_ROOTS = {root: name for name, root in _ROOTS.items()}
_STARS = {"*": T.__star__(), "**": T.__starstar__()}

# The operations of arithmetic: how they are written and done. Those on one value come last.
_BINARY: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("+", operator.add),
    "-": ("-", operator.sub),
    "*": ("*", operator.mul),
    "#": ("//", operator.floordiv),
    "/": ("/", operator.truediv),
    "%": ("%", operator.mod),
    ":": ("**", operator.pow),
    "&": ("&", operator.and_),
    "|": ("|", operator.or_),
    "^": ("^", operator.xor),
}
_UNARY: dict[str, Callable[[Any], Any]] = {"~": operator.invert, "_": operator.neg}
_WANT_PARENTHESES = frozenset("+-/%:&|^~_#")


def _format_slice(part: Any) -> str:
    if type(part) is not slice:
        return bbrepr(part)
    ends = [part.start, part.stop] + ([] if part.step is None else [part.step])
    return ":".join("" if end is None else bbrepr(end) for end in ends)


def _format_t(steps: tuple[Any, ...], root: TType | None = None) -> str:
    text = _NAMES_OF_ROOTS[T if root is None else root]
    for at in range(0, len(steps), 2):
        op, arg = steps[at], steps[at + 1]
        if op == "P":
            return _format_path(steps)
        if op == ".":
            text += "." + arg
        elif op == "[":
            parts = arg if type(arg) is tuple else (arg,)
            text += f"[{', '.join(map(_format_slice, parts))}]"
        elif op == "(":
            text += format_invocation(args=arg[0], kwargs=arg[1])
        elif op in "xX":
            text += ".__star__()" if op == "x" else ".__starstar__()"
        elif op in _UNARY:
            if not _WANT_PARENTHESES.isdisjoint(steps[:at:2]):
                text = f"({text})"
            text = ("-" if op == "_" else op) + text
        else:
            written = bbrepr(arg)
            if type(arg) is TType and not _WANT_PARENTHESES.isdisjoint(arg.__ops__[1::2]):
                written = f"({written})"
            text += f" {_BINARY[op][0]} {written}"
    return text


def _format_path(steps: tuple[Any, ...]) -> str:
    """Parts of paths as they are; what lies between them written as T."""
    parts: list[str] = []
    run: tuple[Any, ...] = ()
    for at in range(0, len(steps), 2):
        if steps[at] != "P":
            run += steps[at : at + 2]
            continue
        if run:
            parts.append(_format_t(run))
            run = ()
        parts.append(repr(steps[at + 1]))
    if run and not parts:
        return _format_t(run)
    if run:
        parts.append(_format_t(run))
    return f"Path({', '.join(parts)})"


class Path:
    """A way through nested data: each part is looked up as the type of the target wants it.

    `Path("a", 1, "b.c")` takes parts literally; `Path.from_text("a.1")` takes a text apart at its
    dots. Parts may be other paths and T. Does not change; threads may share it.
    """

    path_t: TType  # its parts as a T
    _CACHE: dict[bool, dict[str, Path]] = {True: {}, False: {}}
    _MAX_CACHE = 10000
    _STAR_WARNED = False

    def __init__(self, *path_parts: Any) -> None:
        made: list[Any] = [T]
        if path_parts and isinstance(path_parts[0], TType):
            made, path_parts = list(path_parts[0].__ops__), path_parts[1:]
        for part in path_parts:
            if isinstance(part, Path):
                part = part.path_t
            if not isinstance(part, TType):
                made += ("P", part)
            elif part.__ops__[0] is T:
                made += part.__ops__[1:]
            else:
                raise ValueError(f"path segment must be path from T, not {part.__ops__[0]!r}")
        ops = tuple(made)
        if ops[0] is A and any(op not in (".", "[", "P") for op in ops[1::2]):
            raise BadSpec("operation not allowed on A assignment path")
        self.path_t = T if ops == (T,) else _t_of(ops)

    @classmethod
    def from_text(cls, text: str) -> Path:
        """The path that a dotted text means; `*` and `**` in it are wildcards."""
        cache = cls._CACHE[PATH_STAR]
        found = cache.get(text)
        if found is None:
            found = cls._read(text)
            if len(cache) <= cls._MAX_CACHE:
                cache[text] = found
        return found

    @classmethod
    def _read(cls, text: str) -> Path:
        parts = text.split(".")
        if PATH_STAR:
            return cls(*(_STARS.get(part, part) for part in parts))
        if not cls._STAR_WARNED and not _STARS.keys().isdisjoint(parts):
            warnings.warn(
                "'*' and '**' have changed behavior in glom version 23.1."
                " Recommend switch to T['*'] or T['**'].",
                stacklevel=4,
            )
            cls._STAR_WARNED = True
        return cls(*parts)

    def glomit(self, target: Any, scope: Scope) -> Any:
        return _t_eval(target, self.path_t, scope)

    def __len__(self) -> int:
        return len(self.path_t.__ops__) // 2

    def __eq__(self, other: object) -> bool:
        if type(other) is Path:
            return self.path_t.__ops__ == other.path_t.__ops__
        return type(other) is TType and self.path_t.__ops__ == other.__ops__

    __hash__ = None  # type: ignore[assignment]  # as the peer's: equal to a T, which is not

    def values(self) -> tuple[Any, ...]:
        """The arguments of the parts."""
        return self.path_t.__ops__[2::2]

    def items(self) -> tuple[tuple[str, Any], ...]:
        """The operations and arguments of the parts."""
        return tuple(zip(self.path_t.__ops__[1::2], self.path_t.__ops__[2::2], strict=True))

    def startswith(self, other: str | Path | TType) -> bool:
        """Whether the first parts are those of `other`; a text is one part."""
        start = Path(other) if isinstance(other, str) else other
        start = start.path_t if isinstance(start, Path) else start
        if not isinstance(start, TType):
            raise TypeError("can only check if Path starts with string, Path or T")
        return self.path_t.__ops__[: len(start.__ops__)] == start.__ops__

    def from_t(self) -> Path:
        """The same path from T, where it began at S."""
        if self.path_t.__ops__[0] is not S:
            return self
        return Path(_t_of((T, *self.path_t.__ops__[1:])))

    def __getitem__(self, i: int | slice) -> Path:
        parts = self.items()
        if not isinstance(i, slice):
            if not -len(parts) <= i <= len(parts):
                raise IndexError("Path index out of range")
            i = slice(i, i + 1 or None)
        flat = tuple(each for part in parts[i] for each in part)
        return Path(_t_of((self.path_t.__ops__[0], *flat)))

    def __repr__(self) -> str:
        return _format_path(self.path_t.__ops__[1:])


# --- what a T does -------------------------------------------------------------------------------


def _t_eval(target: Any, t: TType, scope: Scope) -> Any:
    ops = t.__ops__
    root, at, end = ops[0], 1, len(ops)
    reached: Any = target
    if root is not T:
        if root is A:
            end -= 2
            if end < 1:
                raise BadSpec("cannot assign without destination")
        reached = scope
        if end > 1 and ops[1] in (".", "P"):
            reached = _from_scope(scope, ops[2], t)
            at = 3
        elif root is S and end > 1 and ops[1] == "(":
            scope.update({name: arg_val(target, spec, scope) for name, spec in ops[2][1].items()})
            return target
    while at < end:
        op, arg = ops[at], arg_val(target, ops[at + 1], scope)
        if op in ("x", "X"):
            return _each_child(reached, op, _t_of((root, *ops[at + 2 :])), scope)
        if op == "(":
            scope[Path] += ops[2 : at + 2 : 2]
            # The arguments mean the same wherever the call stands: they see the target.
            reached = scope[glom](target, Call(reached, *arg), scope)
        else:
            failed: BaseException | None = None
            catches, step = _step(op, reached, ops, at, scope)
            try:
                reached = step(reached, arg)
            except catches as error:
                failed = error
            if failed is not None:
                raise PathAccessError(failed, Path(t), at // 2)
        at += 2
    if root is A:
        # On a scope, every assignment sets an item.
        op = "[" if reached is scope else ops[-2]
        _assign_op(dest=reached, op=op, arg=ops[-1], val=target, path=t, scope=scope)
        return target
    return reached


_ARITHMETIC_ERRORS = (TypeError, ZeroDivisionError)


def _step(op: str, reached: Any, ops: tuple[Any, ...], at: int, scope: Scope) -> Any:
    """How one step is done, and which errors of it are a PathAccessError."""
    if op == "P":
        path = ops[2 : at + 2 : 2]
        return Exception, scope[TargetRegistry].get_handler("get", reached, path=path)
    if op == ".":
        return AttributeError, getattr
    if op == "[":
        return (KeyError, IndexError, TypeError), operator.getitem
    if op in _UNARY:
        return _ARITHMETIC_ERRORS, lambda value, _: _UNARY[op](value)
    return _ARITHMETIC_ERRORS, _BINARY[op][1]


def _from_scope(scope: Scope, name: Any, t: TType) -> Any:
    try:
        return scope[name]
    except KeyError as error:
        failed = error
    raise PathAccessError(failed, Path(t), 0)


def _each_child(reached: Any, op: str, rest: TType, scope: Scope) -> list[Any]:
    """The rest of the path for each child, without those that do not have it."""
    handler = scope[TargetRegistry].get_handler
    found = _children(reached, handler)
    if op == "X":
        seen: set[int] = set()
        for item in found:  # grows while it is walked
            if id(item) not in seen:
                seen.add(id(item))
                found.extend(_children(item, handler))
        found.insert(0, reached)
    results = []
    for child in found:
        try:
            results.append(_t_eval(child, rest, scope))
        except PathAccessError:
            pass
    return results


def default_children(item: Any) -> list[Any]:
    """The children of an item by the default registry."""
    return _children(item, _DEFAULT_REGISTRY.get_handler)


def _children(item: Any, handler: Callable[..., Any]) -> list[Any]:
    """The values of what has keys, the items of what can be iterated; errors are no children."""
    found: list[Any] = []
    keys = handler("keys", item, raise_exc=False)
    get = handler("get", item, raise_exc=False)
    iterate = handler("iterate", item, raise_exc=False)
    if keys is _ObjStyleKeys.get_keys and isinstance(item, (list, tuple, set, frozenset)):
        keys = False  # a sequence with attributes is a sequence
    try:
        if keys and get:
            for key in keys(item):
                try:
                    found.append(get(item, key))
                except Exception:
                    pass
        elif iterate:
            found.extend(iterate(item))
    except Exception:
        pass
    return found


def _assign_op(*, dest: Any, op: str, arg: Any, val: Any, path: Any, scope: Scope) -> None:
    if op == "[":
        dest[arg] = val
    elif op == ".":
        setattr(dest, arg, val)
    else:
        assign = scope[TargetRegistry].get_handler("assign", dest)
        try:
            assign(dest, arg, val)
        except Exception as error:
            raise PathAssignError(error, path, arg) from error


# --- plain specs ---------------------------------------------------------------------------------


def AUTO(target: Any, spec: Any, scope: Scope) -> Any:  # noqa: N802  # the peer's name
    """The mode in which a text is a path, a dict builds, a list maps, a tuple chains."""
    if type(spec) is str:
        return _t_eval(target, Path.from_text(spec).path_t, scope)
    if isinstance(spec, dict):
        return _build_dict(target, spec, scope)
    if isinstance(spec, list):
        return _map_list(target, spec, scope)
    if isinstance(spec, tuple):
        return chain(target, spec, scope)
    if isinstance(spec, str):
        return Path.from_text(spec).glomit(target, scope)
    if callable(spec):
        return spec(target)
    raise TypeError(
        "expected spec to be dict, list, tuple, callable, string,"
        f" or other Spec-like type, not: {spec!r}"
    )


def _build_dict(target: Any, spec: dict[Any, Any], scope: Scope) -> Any:
    made = type(spec)()
    for key, below in spec.items():
        value = scope[glom](target, below, scope)
        if value is SKIP:
            continue
        if type(key) in (Spec, TType):
            key = scope[glom](target, key, scope)
        made[key] = value
    return made


def iterated(target: Any, scope: Scope) -> Iterator[Any]:
    """An iterator over the target, by its registered handler."""
    iterate = scope[TargetRegistry].get_handler("iterate", target, path=scope[Path])
    try:
        made: Iterator[Any] = iterate(target)
    except Exception as error:
        iterate_error(target, scope[Path], error)
    return made


def iterate_error(target: Any, path: list[Any], cause: Exception) -> NoReturn:
    raise TypeError(
        f"failed to iterate on instance of type {type(target).__name__!r}"
        f" at {Path(*path)!r} (got {cause!r})"
    ) from cause


def each_item(target: Any, scope: Scope) -> Iterator[Any]:
    """The items of the target; the scope knows the position of each."""
    iterator = iterated(target, scope)
    base = scope[Path]
    for at, item in enumerate(iterator):
        scope[Path] = [*base, at]
        yield item


def _map_list(target: Any, spec: list[Any], scope: Scope) -> list[Any]:
    below = spec[0]
    made = []
    for item in each_item(target, scope):
        value = scope[glom](item, below, scope)
        if value is STOP:
            break
        if value is not SKIP:
            made.append(value)
    return made


def chain(target: Any, steps: tuple[Any, ...], scope: Scope) -> Any:
    """Each step with the result of the one before, and the scope it left."""
    for step in steps:
        scope = chain_child(scope)
        value = scope[glom](target, step, scope)
        if value is SKIP:
            continue
        if value is STOP:
            break
        target = value
        if not isinstance(step, list):
            scope[Path] += [getattr(step, "__name__", step)]
    return target


def chain_child(scope: Scope) -> Scope:
    """The scope that the last child of `scope` left, for the step after it."""
    child: Scope | None = scope.maps[0].get(LAST_CHILD_SCOPE)
    if child is None:
        return scope
    child.maps[0][NO_PYFRAME] = True
    child.maps[0][CHILD_ERRORS].clear()  # what failed there was made good
    return child


def FILL(target: Any, spec: Any, scope: Scope) -> Any:  # noqa: N802
    """The mode in which containers are copied and what is no spec stands for itself."""
    kind = type(spec)
    if kind is dict:
        return {
            scope[glom](target, key, scope): scope[glom](target, value, scope)
            for key, value in spec.items()
        }
    if kind in (list, tuple, set, frozenset):
        return kind([scope[glom](target, each, scope) for each in spec])
    return spec(target) if callable(spec) else spec


def arg_val(target: Any, arg: Any, scope: Scope) -> Any:
    """The value of an argument: specs in it are evaluated, containers copied; else it is itself."""
    mode = scope[MIN_MODE]
    copies: dict[int, Any] = {}  # of lists and dicts, which may contain themselves

    def copy(target: Any, spec: Any, scope: Scope) -> Any:
        kind = type(spec)
        if kind in (tuple, set, frozenset):
            return kind([scope[glom](target, each, scope) for each in spec])
        if kind not in (list, dict):
            return spec
        if id(spec) in copies:
            return copies[id(spec)]
        made: Any = kind()
        copies[id(spec)] = made
        if kind is list:
            made.extend([scope[glom](target, each, scope) for each in spec])
        else:
            for key, value in spec.items():
                name = scope[glom](target, key, scope)
                made[name] = scope[glom](target, value, scope)
        return made

    scope[MIN_MODE] = copy
    result = scope[glom](target, arg, scope)
    scope[MIN_MODE] = mode
    return result


def _has_callable_glomit(obj: Any) -> bool:
    return callable(getattr(obj, "glomit", None)) and not isinstance(obj, type)


def _scope_below(target: Any, spec: Any, scope: Scope) -> Scope:
    above = scope.maps[0]
    return scope.new_child(
        {
            T: target,
            Spec: spec,
            UP: scope,
            CHILD_ERRORS: [],
            MODE: above[MODE],
            MIN_MODE: above[MIN_MODE],
        }
    )


def _glom(target: Any, spec: Any, scope: Scope) -> Any:
    """Evaluates one spec in a scope of its own: what `scope[glom]` is."""
    above = scope.maps[0]
    scope = above[LAST_CHILD_SCOPE] = _scope_below(target, spec, scope)
    here = scope.maps[0]
    try:
        if type(spec) in _COMPILED and _is_ordinary(scope):
            outcome = _native.run_below(target, spec, scope[Path], here)
            if outcome is not NotImplemented:
                return _below(scope, outcome)
        if type(spec) is TType:
            here[MIN_MODE] = None
            return _t_eval(target, spec, scope)
        if _has_callable_glomit(spec):
            here[MIN_MODE] = None
            return spec.glomit(target, scope)
        return (here[MIN_MODE] or here[MODE])(target, spec, scope)
    except Exception as error:
        _note_error(scope, error)
        raise


# What has programs within calls of the interpreter: what leaves nothing in its scope.
_COMPILED = frozenset((str, dict, list, tuple, TType, Path))


def _is_ordinary(scope: Scope) -> bool:
    """Whether nothing in the scope makes the evaluation another one than a program's."""
    here = scope.maps[0]
    return (
        here[MODE] is AUTO
        and here[MIN_MODE] is None
        and PATH_STAR
        and scope[glom] is _glom
        and scope[TargetRegistry] is _DEFAULT_REGISTRY
    )


def evaluator(spec: Any, scope: Scope) -> Callable[[Any], Any]:
    """Evaluates one spec with many targets, in scopes below this one."""
    if not _is_ordinary(scope) or not _native.is_plain(spec):
        return lambda target: scope[glom](target, spec, scope)

    here = scope.maps[0]

    def below(target: Any) -> Scope:
        made = _scope_below(target, spec, scope)
        made.maps[0][MODE] = getattr(type(spec), "_leaves_mode", AUTO)  # that of a Match
        return made

    passed = below(None)  # stands for the scopes of all that do not fail

    def evaluate(target: Any) -> Any:
        outcome = _native.run_below(target, spec, scope[Path], None)
        if outcome is NotImplemented:  # the spec was changed meanwhile
            return scope[glom](target, spec, scope)
        if type(outcome) is not _native.Failure:
            passed.maps[0][T] = target
            here[LAST_CHILD_SCOPE] = passed
            return outcome
        child = here[LAST_CHILD_SCOPE] = below(target)
        _note_error(child, outcome.error[0])
        return _below(child, outcome)

    return evaluate


def _below(scope: Scope, outcome: Any) -> Any:
    """What a program gave; when it failed, its trace becomes the scopes below this one."""
    if type(outcome) is not _native.Failure:
        return outcome
    error, levels = outcome.error
    _add_levels(scope, levels)
    raise error


def _note_error(scope: Scope, error: Exception) -> None:
    """Remembers a failure in the scopes up to the one whose evaluation is still running."""
    while True:
        scope.maps[0][CUR_ERROR] = error
        above = scope.maps[1]
        above[CHILD_ERRORS].append(scope)
        if NO_PYFRAME not in above:
            return
        scope = scope.maps[0][UP]


# --- calls ---------------------------------------------------------------------------------------

_DEFAULT_SCOPE: Scope = ChainMap({})


def glom(
    target: Any, spec: Any, *, default: Any = _ABSENT, skip_exc: Any = _ABSENT, **kwargs: Any
) -> Any:
    """Evaluates `spec` with `target`: the result has the shape of the spec.

    `default` is the result when a GlomError, or one of `skip_exc`, would be raised. `scope` holds
    names for S, `path` the parts that lead to the target, `inspector` an Inspect. With
    `glom_debug=True` errors keep the frames of the interpreter and have no trace. Raises a
    GlomError for what the spec asks in vain; exceptions of callables, as their own class and
    GlomError in one.
    """
    if kwargs or skip_exc is not _ABSENT:
        outcome = _with_options(target, spec, default, skip_exc, kwargs)
    else:
        outcome = _native.run(target, spec, GLOM_DEBUG, PATH_STAR, default)
    if type(outcome) is not _native.Failure:
        return outcome
    err = outcome.error
    try:
        raise err
    finally:  # its frames would hold the error, which holds them
        del err, outcome


def _with_options(
    target: Any, spec: Any, default: Any, skip_exc: Any, options: dict[str, Any]
) -> Any:
    if skip_exc is _ABSENT:
        skip_exc = () if default is _ABSENT else GlomError
    elif default is _ABSENT:
        default = None
    default = _MISSING if default is _ABSENT else default
    debug = options.pop("glom_debug", GLOM_DEBUG)
    if options:
        return interpret(target, spec, debug, default, skip_exc, options)
    return _native.run(target, spec, debug, PATH_STAR, default, skip_exc)


def interpret(
    target: Any,
    spec: Any,
    debug: bool,
    default: Any,
    skip_exc: Any = GlomError,
    options: dict[str, Any] | None = None,
) -> Any:
    """Evaluates a spec with scopes; what it raises comes back as a Failure."""
    options = options or {}
    scope: Scope = _DEFAULT_SCOPE.new_child(
        {
            T: target,
            Path: options.pop("path", []),
            Inspect: options.pop("inspector", None),
            MODE: AUTO,
            MIN_MODE: None,
            CHILD_ERRORS: [],
            "globals": ScopeVars({}, {}),
        }
    )
    scope[UP] = scope[ROOT] = scope
    scope.update(options.pop("scope", {}))
    if options:
        raise TypeError(f"unexpected keyword args: {sorted(options)!r}")
    try:
        try:
            return _glom(target, spec, scope)
        except skip_exc:
            if default is _MISSING:
                raise
            return default
    except Exception as error:
        if debug:
            raise
        return _native.Failure(finished(error, scope[LAST_CHILD_SCOPE]))


def scope_of(level: Any, above: Scope | None = None) -> Scope:
    """The scopes that a native run would have had, from the levels of its trace."""
    scope = _level_scope(level, _DEFAULT_SCOPE if above is None else above)
    _add_levels(scope, level)
    return scope


def _level_scope(level: Any, above: Scope) -> Scope:
    spec, target, error, *_ = level
    return above.new_child({T: target, Spec: spec, CUR_ERROR: error})


def _add_levels(scope: Scope, level: Any) -> None:
    """Adds the scopes below the first level of a trace."""
    while True:  # a chain has a level for each of its steps
        *_, failed, below, below_failed = level
        here = scope.maps[0]
        here[CHILD_ERRORS] = [scope_of(each, scope) for each in failed]
        if below is None:
            return
        child = here[LAST_CHILD_SCOPE] = _level_scope(below, scope)
        if below_failed:
            here[CHILD_ERRORS].append(child)
        scope, level = child, below


class Spec:
    """A spec as an object: `Spec(spec).glom(target)`, or where a spec has to be told from a value.

    `scope` holds names that it and the specs below it see. Made by `mainstay.reach.compile`, it
    keeps its program.
    """

    _program: _native.Program | None = None

    def __init__(self, spec: Any, scope: Mapping[Any, Any] | None = None) -> None:
        self.spec = spec
        self.scope = scope or {}

    def glom(self, target: Any, **kw: Any) -> Any:
        """As `glom(target, spec)`, with the same options."""
        if not kw and not self.scope:
            program = self._program
            return glom(target, program if program and program.spec is self.spec else self.spec)
        scope = {**self.scope, **kw.get("scope", {})}
        return scope.get(glom, glom)(target, self.spec, **{**kw, "scope": ChainMap(scope)})

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_program"}

    def glomit(self, target: Any, scope: Scope) -> Any:
        scope.update(self.scope)
        return scope[glom](target, self.spec, scope)

    def __repr__(self) -> str:
        scope = f", scope={self.scope!r}" if self.scope else ""
        return f"{type(self).__name__}({bbrepr(self.spec)}{scope})"


_DEFAULT_REGISTRY = TargetRegistry()
_DEFAULT_REGISTRY._changed = _native.forget_handlers
_DEFAULT_SCOPE.update({glom: _glom, TargetRegistry: _DEFAULT_REGISTRY})


def register(target_type: type, **kwargs: Any) -> None:
    """Sets handlers for a type, for all calls of `glom`; see `TargetRegistry.register`."""
    _DEFAULT_SCOPE[TargetRegistry].register(target_type, **kwargs)


def register_op(op_name: str, **kwargs: Any) -> None:
    """Adds an operation, for all calls of `glom`; see `TargetRegistry.register_op`."""
    _DEFAULT_SCOPE[TargetRegistry].register_op(op_name, **kwargs)


class Glommer:
    """A `glom` with a registry of its own; the scope is that of the moment it is made."""

    def __init__(
        self, *, register_default_types: bool = True, scope: Mapping[Any, Any] = _DEFAULT_SCOPE
    ) -> None:
        self.scope: Scope = ChainMap(dict(scope))
        self.scope[TargetRegistry] = TargetRegistry(register_default_types=register_default_types)

    def register(self, target_type: type, *, exact: bool = False, **kwargs: Any) -> None:
        """Sets handlers for a type; see `TargetRegistry.register`."""
        self.scope[TargetRegistry].register(target_type, exact=exact, **kwargs)

    def glom(self, target: Any, spec: Any, **kwargs: Any) -> Any:
        """As the function `glom`, with the handlers registered here."""
        return glom(target, spec, scope=self.scope, **kwargs)


def complete(**specs: Any) -> None:
    """Takes the specs that are made of what stands above and public here; see `_adopt`."""
    globals().update(specs)
