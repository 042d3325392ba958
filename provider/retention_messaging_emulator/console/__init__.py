"""The console: a page for a browser that shows what the emulator has, and plays Apple and the customer."""
