"""From a list of approved files to a folder that is whole.

`plan` names every file and finds out what is there already, `fetch` brings one file to disk through `connections`,
`batch` runs many of them at once, `manifest` writes `metadata.jsonl`, `report` says how it went.
Nothing here knows the API: links come in, and a link that has expired is handed back to be refreshed.
"""
