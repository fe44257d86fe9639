"""Challenges, badges, streaks and referrals, as clients see them."""
