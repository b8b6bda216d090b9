"""The catalog's collections as tables: rows and cells inside what the reader may know of and read."""
