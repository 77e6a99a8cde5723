"""The demo library: titles, people and their past, made anew each day."""
