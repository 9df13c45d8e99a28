"""From a job's approved files to a folder that is whole, and stays so.

The way of a file::

    list or plan or manifest                  where files come from: `_async.fetching` alone talks to the API
      -> run        offers, queue, threads    bounded, whatever the length of the list
        -> ledger   name, what is known       a temporary database
        -> lane     small new files           one thread for all; what goes another way than usual is handed to a thread
        -> presence is it there and right?    -> row "present"
        -> fetch    attempts, one file
             -> room      does it fit on the disk?
             -> receive   one attempt
             -> engine    GET from an offset  `standard` is the one that is always there
             -> part      bytes and journal   in the hidden folder, so that a killed run is taken up where it was
             -> strip     a copy without metadata, if asked
             -> place     the file is uploaded, if that is where it goes
             -> manifest  a line in the journal, then the file gets its name
        <- an expired link is wished for anew, and the file goes on from its offset
      -> manifest   sorted and replaced whole
      -> report     one row for each file, read from the ledger

Beside it: `place` (a folder of this machine), `remote`, `store`, `listing` and `budget` (one at a URL), `folder` (lock
and hidden folder), `lines` (of a manifest, as they are read), `durable` (what a loss of power leaves), `names`
(templates), `pace` (how many at once, bytes a second), `progress`, `options`, `plan`, `withdrawn` (what the service no
longer lists), `stream` (files while the job runs), `checking` (`verify`).

Nothing here knows the API: files with links come in, and a link that has expired is handed back to be renewed. Nothing
under a final name is ever wrong: a file gets its name only when its size and its SHA-256 are right.
"""

from __future__ import annotations

from .checking import VerifiedFile, VerifyReport, verify

__all__ = ["VerifiedFile", "VerifyReport", "verify"]
