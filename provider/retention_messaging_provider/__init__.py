"""
What Pulumi runs.

- `dynamic`: the adapter of `pulumi up`, one thin class per resource.
- `resources`: the handler of each resource in plain Python, with none of Pulumi's SDK.
- `api`: Apple's Retention Messaging API, with nothing of Pulumi.
- `rules`: Apple's limits. `settings`: who we are to Apple. `png`: what a PNG file holds.

Imports point one way: `dynamic → resources → api → httpx`.
"""
