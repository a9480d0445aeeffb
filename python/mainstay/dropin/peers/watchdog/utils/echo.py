from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.utils.echo",
    (
        "echo",
        "format_arg_value",
    ),
)
