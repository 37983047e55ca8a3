"""Make a trained run smaller, from outside, and prove what was lost."""
