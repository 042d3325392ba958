"""What Apple keeps of an app, a table or a rule of one table to a module."""
