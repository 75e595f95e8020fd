"""Attacks on a running assistant through its public doors only.

Nothing here imports the product: a server is started by its command, spoken to over HTTP and
raw sockets, and its data directory is looked at as files. The same attacks can therefore be
run on any version, and their tables compared.
"""
