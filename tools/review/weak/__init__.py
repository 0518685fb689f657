"""Checks that leave with this issue (step 1 of PLAN.md)."""
