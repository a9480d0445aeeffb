"""Functions and classes of `mainstay.aio`, before a backend is chosen."""
