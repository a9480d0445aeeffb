"""One file for each peer mainstay can stand in for, named as the peer; `PEER` in it says all of it.

`mainstay.dropin._registry` finds the files and reads the ones it is asked for: they are on the way
to a program's first line, so they import nothing but `Peer`.
"""
