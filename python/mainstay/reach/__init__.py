"""Nested data by path and by shape: `glom(target, spec)`, compiled; drop-in for glom.

    >>> from mainstay.reach import glom
    >>> user = {"name": "Ada", "langs": ["en", "fr"]}
    >>> glom({"user": user}, {"who": "user.name", "second": "user.langs.1"})
    {'who': 'Ada', 'second': 'fr'}

Threads may share all specs and make calls at the same time; targets are theirs to guard.
"""

from mainstay import _load

_load("reach")

from . import _adopt as _adopt  # noqa: E402
from ._errors import (  # noqa: E402
    BadSpec,
    CoalesceError,
    GlomError,
    PathAccessError,
    PathAssignError,
    PathDeleteError,
    UnregisteredTarget,
)
from ._repr import MODE, ROOT, SKIP, STOP, UP  # noqa: E402
from ._safe import compile, from_data  # noqa: E402
from ._specs import (  # noqa: E402
    Auto,
    Call,
    Coalesce,
    Fill,
    Inspect,
    Invoke,
    Let,
    Pipe,
    Ref,
    Val,
    Vars,
)
from ._validation import Problem, problems  # noqa: E402
from .core import (  # noqa: E402
    OMIT,
    A,
    Glommer,
    Literal,
    Path,
    S,
    Spec,
    T,
    glom,
    register,
    register_op,
)
from .matching import (  # noqa: E402
    And,
    Check,
    CheckError,
    M,
    Match,
    MatchError,
    Not,
    Optional,
    Or,
    Regex,
    Required,
    Switch,
    TypeMatchError,
)
from .mutation import (  # noqa: E402
    Assign,
    Delete,
    assign,
    assign_all,
    containers,
    delete,
    delete_all,
)
from .reduction import Flatten, Fold, FoldError, Merge, Sum, flatten, merge  # noqa: E402
from .streaming import Iter  # noqa: E402

# fmt: off
__all__ = [
    "MODE", "OMIT", "ROOT", "SKIP", "STOP", "UP", "A", "And", "Assign", "Auto", "BadSpec", "Call",
    "Check", "CheckError", "Coalesce", "CoalesceError", "Delete", "Fill", "Flatten", "Fold",
    "FoldError", "GlomError", "Glommer", "Inspect", "Invoke", "Iter", "Let", "Literal", "M",
    "Match", "MatchError", "Merge", "Not", "Optional", "Or", "Path", "PathAccessError",
    "PathAssignError", "PathDeleteError", "Pipe", "Problem", "Ref", "Regex", "Required", "S",
    "Spec", "Sum", "Switch", "T", "TypeMatchError", "UnregisteredTarget", "Val", "Vars", "assign",
    "assign_all", "compile", "containers", "delete", "delete_all", "flatten", "from_data", "glom",
    "merge", "problems", "register", "register_op",
]
