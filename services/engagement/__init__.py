"""Engagement: what follows from entries and days, challenges, badges, streaks and referrals."""
