"""Offers of orders: who could meet one, whom to ask, and whom to ask next."""
