"""The dependency law of the tree, as code: `rules` says it, `cpp` and `python` read the files."""
