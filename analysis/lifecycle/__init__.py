"""When in their life customers leave: cohorts, survival, risk by age, and the moments around which they are lost."""
