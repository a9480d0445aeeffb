import pvectorc  # noqa: F401 - gives pvector() the module that pickles name
from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.persistent._pvector",
    ("PVector", "PythonPVector", "python_pvector", "v"),
    live=("pvector",),
)
