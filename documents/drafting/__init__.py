"""发文: drafted, reviewed, signed by name; numbered, sealed and handed out only after that."""
