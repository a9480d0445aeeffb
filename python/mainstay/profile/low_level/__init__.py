"""The profile function: the native one, and one in Python that does the same."""
