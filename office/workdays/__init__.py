"""工作日: the working calendar, with 调休, and working hours."""
