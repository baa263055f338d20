"""月结: the figures of a month as they stood when somebody settled it."""
