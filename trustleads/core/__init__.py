"""What every domain stands on: errors, and later ids, clock, money and tenancy."""
