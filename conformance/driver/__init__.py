"""The conformance driver: proves that other projects' test suites pass on mainstay.

Reading order: `recipe` (what is run), `fetch` (where it comes from), `environments` (where it
runs), `sides` (how it runs), `verdict` (what it means). `run.py` beside this package is the
command.
"""
