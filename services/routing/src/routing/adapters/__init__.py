"""Outside formats, one per file: the policy, the register, and each partner's own language."""
