"""Containers: from the bytes of a file to raw cells and their formats, one module a container."""
