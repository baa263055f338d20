"""会议: meetings: agendas, sessions, minutes."""
