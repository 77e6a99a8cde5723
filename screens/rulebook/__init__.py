"""The rules as people read them: the tables of the regulation, its clauses, and what differs between two versions."""
