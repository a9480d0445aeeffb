"""Commands of the capability `cache`."""
