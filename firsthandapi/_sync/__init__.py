# Derived from _async/__init__.py by `make regenerate`. Edit that file.
"""The synchronous client and its resources; `_sync` is derived from this folder."""
