"""What a member is told in the app: messages and their kinds."""
