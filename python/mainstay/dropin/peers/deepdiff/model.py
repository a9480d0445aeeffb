"""deepdiff.model: the names of mainstay.diff.model."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.model",
    (
        "AttributeRelationship",
        "CUSTOM_FIELD",
        "ChildRelationship",
        "DeltaResult",
        "DictRelationship",
        "DiffLevel",
        "DoesNotExist",
        "FORCE_DEFAULT",
        "InaccessibleRelationship",
        "NonSubscriptableIterableRelationship",
        "NumpyArrayRelationship",
        "REPORT_KEYS",
        "ResultDict",
        "SetRelationship",
        "SubscriptableIterableRelationship",
        "TextResult",
        "TreeResult",
        "UP_DOWN",
        "logger",
    ),
)
