"""What `prune` finds out and does: what Apple has that no state given accounts for, and what of it may go."""
