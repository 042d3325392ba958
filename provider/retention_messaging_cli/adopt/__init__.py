"""An existing account as a program and an import file: what Apple tells, and what a state tells beside it."""
