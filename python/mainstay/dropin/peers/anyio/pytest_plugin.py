from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.pytest_plugin",
    (
        "FreePortFactory",
        "_is_auto_mode",
        "anyio_backend",
        "anyio_backend_name",
        "anyio_backend_options",
        "extract_backend_and_options",
        "free_tcp_port",
        "free_tcp_port_factory",
        "free_udp_port",
        "free_udp_port_factory",
        "get_runner",
        "pytest_addoption",
        "pytest_collection_finish",
        "pytest_configure",
        "pytest_fixture_setup",
        "pytest_pycollect_makeitem",
        "pytest_pyfunc_call",
    ),
)
