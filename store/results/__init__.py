"""What use cases answer: frozen values for the screens, never rows."""
