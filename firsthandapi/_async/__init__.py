"""The asynchronous client and its resources; `_sync` is derived from this folder."""
