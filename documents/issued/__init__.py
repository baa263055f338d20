"""发文登记: the book of dispatches, the books of seals and of distribution, and their papers."""
