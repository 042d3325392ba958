"""One module a command, named after it, which has it as `command`; each is imported when it is used."""
