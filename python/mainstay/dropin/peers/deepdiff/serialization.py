"""deepdiff.serialization: the names of mainstay.diff.serialization."""

from ._names import mirror_own

mirror_own(
    __name__,
    "_MAX_ALLOC_SIZE _RestrictedPickler _RestrictedUnpickler _SafeConstructor _save_content",
)
