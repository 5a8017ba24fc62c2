"""Who leaves more often than others, beyond chance, and why the churn rate changed."""
