"""The rules of routing: what the policy looks at and decides, who can be asked, and what an answer does."""
