"""The metadata protocol: which facts a class of datasets must have, what is missing, and whose work it is."""
