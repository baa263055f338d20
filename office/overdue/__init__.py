"""逾期清单: what each unit owes and is late with, on paper; its heads are told once a week."""
