"""Adapters of the ports in ``trustleads.enrichment.ports`` to the world outside."""
