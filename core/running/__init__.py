"""Running Concord: the web server, and one supervised tree of every process on a laptop."""
