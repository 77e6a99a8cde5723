"""Real data into the library: MARC and CSV files, record by record, whole or not at all."""
