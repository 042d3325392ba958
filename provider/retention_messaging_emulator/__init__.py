"""
An App Store for retention messages that runs on this machine, for tests and for trying things out.

It is not Apple's: what Apple's documentation leaves open is a guess, and every guess is a switch of `Switches`.
Nobody looks at what is uploaded: a review is decided by `approve` and `reject`. Towards a developer's server it plays
Apple: `ask` sends a signed request to the realtime URL, and a performance test many of them; trust `root_certificate`.

```python
emulator = Emulator()
client = httpx.Client(transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost/sandbox")

with emulator.serve() as server:
    client = httpx.Client(base_url=server.url + "/sandbox")
```
"""

try:
    from .clock import Clock
    from .connect import AppStoreConnect
    from .credentials import Credentials
    from .emulator import Emulator
    from .errors import AppStoreError, RefusedError
    from .faults import Fault
    from .server import Server
    from .switches import Switches
except ModuleNotFoundError as error:
    if error.name not in {"cheroot", "flask", "h11"}:
        raise
    raise ModuleNotFoundError(
        f"the App Store emulator needs {error.name}, which is an extra: "
        "pip install 'pulumi-retention-messaging[emulator]'"
    ) from None

__all__ = [
    "AppStoreConnect",
    "AppStoreError",
    "Clock",
    "Credentials",
    "Emulator",
    "Fault",
    "RefusedError",
    "Server",
    "Switches",
]
