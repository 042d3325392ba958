"""What Apple asks of what is uploaded."""
