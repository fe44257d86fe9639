"""The ways out of the house: one small driver a provider."""
