"""Both clients, where the published 0.1.0 has them: `from firsthandapi.client import FirstHandClient`.

>>> from firsthandapi.client import FirstHandClient
>>> FirstHandClient(api_key="fh_test_key")
Client(base_url='https://api.firsthandapi.com', api_key=Secret('***'))
"""

from __future__ import annotations

from ._async.client import AsyncClient
from ._sync.client import Client

AsyncFirstHandClient = AsyncClient
FirstHandClient = Client

__all__ = ["AsyncClient", "AsyncFirstHandClient", "Client", "FirstHandClient"]
