"""PostgreSQL and Redis that Concord runs by itself, from the programs carried by two wheels, when it is given neither.

`servers.hold` starts both on demand and keeps them for as long as any process of this data directory lives.
"""
