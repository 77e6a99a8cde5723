"""The pure rules of lending: facts and an instant in, a verdict out; no database, no clock."""
