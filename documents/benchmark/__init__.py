"""基准: a book of a hundred thousand documents, and how long its pages take beside their floor."""
