"""Ground floor: what every room of the office shares. Imports none of the other five apps."""
