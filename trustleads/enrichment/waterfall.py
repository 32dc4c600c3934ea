"""The waterfall: whom to ask next (LEAD-4). Pure: what is known, wanted, spent and allowed are arguments."""
