"""核稿: rules that cite their clause, looked for in the text of a document. No model, no network."""
