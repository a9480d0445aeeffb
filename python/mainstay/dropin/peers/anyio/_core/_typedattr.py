from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._typedattr",
    live=(
        "TypedAttributeProvider",
        "TypedAttributeSet",
        "typed_attribute",
        "undefined",
    ),
)
