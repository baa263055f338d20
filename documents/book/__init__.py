"""收文登记簿: the book as a whole — list, batches, sheets, prints, the old register taken in."""
