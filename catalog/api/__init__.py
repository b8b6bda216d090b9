"""The catalog over REST: datasets, fields, schema versions and search, as far as the person who asks may know."""
