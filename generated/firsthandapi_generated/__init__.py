# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""A client library for accessing FirstHandAPI: typed calls and models, without a transport."""
