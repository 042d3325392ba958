"""What Pulumi calls for each resource, in plain Python: its ideas, none of its SDK."""
