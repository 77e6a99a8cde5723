"""Policy scenarios: the rules as runnable examples, played through the very use cases that the screens call."""
