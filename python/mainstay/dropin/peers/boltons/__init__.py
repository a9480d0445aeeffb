"""boltons' names on mainstay.bolts. Loaded in its place where a program asked for that."""
