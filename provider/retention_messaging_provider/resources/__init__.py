"""The life of each resource, in plain Python: Pulumi's ideas, none of its SDK."""
