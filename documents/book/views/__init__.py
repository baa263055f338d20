"""HTTP in, HTML, paper and sheets out."""
