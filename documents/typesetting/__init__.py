"""排版: a document on paper as GB/T 9704-2012 has it, to the tenth of a millimetre."""
