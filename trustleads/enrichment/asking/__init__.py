"""The asker: it paces, asks, pays and remembers (LEAD-5). One serves a whole run."""
