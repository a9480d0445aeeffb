from .._shared import load

_native = load("retry")
