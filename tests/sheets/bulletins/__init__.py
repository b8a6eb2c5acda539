"""Bulletins as statistics bureaus of prefectures print them; every figure and every place is invented (虚构数据)."""
