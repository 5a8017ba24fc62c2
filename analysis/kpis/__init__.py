"""Key figures of a range of periods: customers, money, churn and retention."""
