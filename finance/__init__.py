"""财务: money: budgets, claims, contracts."""
