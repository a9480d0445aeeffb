"""Small tools under boltons' names: import the module that has what you need.

`from mainstay.bolts.iterutils import remap`. Each module loads only what it uses, and importing
this package loads none of them.
"""
