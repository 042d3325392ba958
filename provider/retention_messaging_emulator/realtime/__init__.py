"""Apple as the client of a developer's server."""
