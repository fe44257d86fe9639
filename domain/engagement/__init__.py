"""Engagement: how far a member is with challenges, badges and streaks, and whom they have brought."""
