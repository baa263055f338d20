"""字、行、段: which font draws a character, where a line ends, what a paragraph is."""
