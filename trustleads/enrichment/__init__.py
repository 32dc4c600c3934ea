"""Leads in, trustworthy leads out: normalisers, the pipeline, and the frames they work on."""
