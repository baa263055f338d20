"""Long work: started from a page, done by a worker, watched and fetched from a page."""
