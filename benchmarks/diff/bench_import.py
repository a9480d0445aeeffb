"""Importing, as a whole process with and without the import."""

