"""The demo: a programme and generated members with a year behind them."""
