"""
An App Store for retention messages that runs on this machine, for tests and for trying things out.

It is not Apple's: what Apple's documentation leaves open is a guess, and every guess is a switch of `Switches`.
Nobody looks at what is uploaded: a review is decided by `approve` and `reject`. Towards a developer's server it plays
Apple: `ask` sends a signed request to the realtime URL, and a performance test many of them; trust `root_certificate`,
and leave online checks off. Every control route, fault and switch: `web.manual`, `GET /_emulator/manual`,
`--help`. `/_emulator/` is its console, a page for a browser.

```python
emulator = Emulator()
client = httpx.Client(transport=httpx.WSGITransport(app=emulator.app), base_url="http://localhost/sandbox")

with emulator.serve() as server:
    client = httpx.Client(base_url=server.url + "/sandbox")
```
"""

try:
    from retention_messaging_emulator.app_store_connect import AppStoreConnect
    from retention_messaging_emulator.clock import Clock
    from retention_messaging_emulator.credentials import Credentials
    from retention_messaging_emulator.emulator import Emulator
    from retention_messaging_emulator.errors import AppStoreError, RefusedError
    from retention_messaging_emulator.switches import Switches
    from retention_messaging_emulator.web.faults import Fault
    from retention_messaging_emulator.web.server import Server
except ModuleNotFoundError as error:
    if error.name not in {"flask", "h11", "msgspec", "waitress"}:
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
