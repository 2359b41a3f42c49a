"""Invent a world of trade from a seed, with smuggling planted in it and the truth known."""
