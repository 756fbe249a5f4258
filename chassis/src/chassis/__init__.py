"""What every service needs and none wants to think about."""
