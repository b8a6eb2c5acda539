"""Labelled cells in, observations out. Knows indicators, areas, price bases and vintages."""
