"""Bands of Zipf frequency: how words are called common or rare. A boundary belongs to the more frequent band."""

from shared.articles.model import Band

BANDS: tuple[Band, ...] = ("5+", "4-5", "3-4", "0-3")
"""From the most frequent to the rarest."""

LEAST: dict[Band, float] = {"5+": 5.0, "4-5": 4.0, "3-4": 3.0, "0-3": 0.0}
"""The Zipf value from which on a word belongs to a band."""

MOST: dict[Band, float] = {"4-5": 5.0, "3-4": 4.0, "0-3": 3.0}
"""The Zipf value below which it does; the most frequent band has no end."""


def band_of(value: float) -> Band:
    """The band a Zipf value falls into."""
    return next((band for band in BANDS if value >= LEAST[band]), "0-3")
