"""How a document comes in: FILE.json, a text file or a .docx, and the elements recognised in it."""
