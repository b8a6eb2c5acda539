"""Bulletins as a prefecture's analysts get them, cell by cell, with the facts that a reader of the print would note.

All figures, counties and cities are made up; every workbook says 虚构数据. The facts were typed from the printed
tables before any program had read them.
"""
