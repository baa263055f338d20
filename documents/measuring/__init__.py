"""测量: a PDF read back and held against GB/T 9704-2012. Knows nothing of our layout."""
