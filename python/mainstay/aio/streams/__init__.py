"""Streams made of other streams, of files and of memory."""
