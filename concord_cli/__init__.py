"""`concord`, the command line: a client of the REST API that knows nothing of the server's code."""
