"""The schema, step by step. Alembic runs these; `store.migrating` decides when."""
