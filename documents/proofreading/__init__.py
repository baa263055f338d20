"""核稿: rules that cite their clause, looked for in a text. No model, no network."""
