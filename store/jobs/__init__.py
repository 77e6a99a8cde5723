"""What time brings to a library, and the running of it."""
