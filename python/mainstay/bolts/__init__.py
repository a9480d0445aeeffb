"""Small tools under boltons' names: import the module that has what you need.

`from mainstay.bolts.iterutils import remap`. Importing this package loads the native part and none
of the modules; each of them loads only what it uses.
"""

from .. import _load

_load("bolts")
