"""Times the same code on a peer and on mainstay, in one process, and keeps what came out.

Knows no capability: those are folders beside this one, with files `bench_<task>.py`.
"""
