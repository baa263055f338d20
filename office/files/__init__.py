"""附件: files kept by their hash, served only through their parent's rights."""
