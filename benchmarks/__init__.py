"""How fast the hub is, each part beside its floor in the same run. Only the ratios are a verdict."""
