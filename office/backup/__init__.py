"""备份: the whole office in one folder, put back from it, and the rehearsal of that."""
