"""People and decisions about access as tables, as far as each reader's pages tell of them."""
