"""
An App Store for retention messages that runs on this machine, for tests and for trying things out.

It is not Apple's: what its documentation leaves open is a guess, and every guess is a switch of `Switches`. Images are
checked for their form, not their taste; a review is decided by `approve` and `reject`.

```python
emulator = Emulator()
client = httpx.Client(transport=httpx.WSGITransport(app=emulator.app), base_url="http://emulator/sandbox")

with emulator.serve() as server:
    client = httpx.Client(base_url=server.url + "/sandbox")
```
"""

from .clock import Clock
from .connect import AppStoreConnect
from .credentials import Credentials
from .emulator import Emulator
from .errors import AppStoreError, RefusedError
from .faults import Fault
from .server import Server
from .switches import Switches

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
