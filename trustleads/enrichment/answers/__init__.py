"""Where answers are kept (LEAD-5, GDPR-5)."""
