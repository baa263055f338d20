"""The entrance: who is signed in where, the second step, and the pages one signs in by."""
