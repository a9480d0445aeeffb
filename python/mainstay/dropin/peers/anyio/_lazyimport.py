from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._lazyimport",
    live=(
        "_build_lazy_map",
        "emit_deprecation_warning",
        "fix_package_names",
        "install_lazy_importer",
        "set_deprecated_aliases",
    ),
)
