"""What goes wrong with the embedded servers, said so that a person knows what to do."""


class EmbeddedServerError(Exception):
    """An embedded server cannot be used; the text says why and what to do."""
