"""Readers of live networks, one module for each framework; a framework is imported when its reader is used."""
