"""How far the precision of print can move the effects of activity, structure and intensity.

LMDI effects are not monotone in every input: structure rises and falls again as one sector's output grows, and intensity
may turn where output changes by more than a factor of e. So corners do not bound them. What holds for all numbers within
the print, with ``w = L(E1, E0)`` of each sector, ``W = Σ w`` and ``q = ln(y1 / y0)``:

* Activity is ``W · ln(Y1 / Y0)``. Use and output are separate, ``w`` rises with both uses: its ends are exact.
* Intensity is ``Σ (E1 − E0 − w q)``. The sectors are separate; a term falls with ``q``, and rises with ``E1`` and falls with
  ``E0`` where ``q · L / E1 < 1`` and ``−q · L / E0 < 1`` (L is concave and L(0, b) = 0, hence ∂L/∂a ≤ L / a): then its ends
  are exact. Elsewhere the parts of the term are bounded one by one.
* Structure is ``h(y1) − h(y0)`` with ``h(y) = Σ w ln y − W ln Y``, concave in the logarithms of output, with the second
  derivatives ``−W (diag S − S Sᵀ)``. A tangent bounds it from above, the tangent less ``½ W Σ S d²`` from below, ``d`` the
  moves of the logarithms; what ``w`` may differ from its middle is added sector by sector.

Ratios are ``exp(effect / L(V1, V0))``, bounded as quotients.
"""

from __future__ import annotations

import numpy as np

from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.decomposition import Kind, effects, logarithmic_mean


def use_effects(use0: Array, output0: Array, use1: Array, output1: Array, kind: Kind) -> Array:
    """Return the effects of activity, structure and intensity; sectors on the last axis, of the result the effects.

    A sector without output and use has the intensity of the other time, so that it comes and goes as structure.
    """
    with np.errstate(all="ignore"):
        intensity0, intensity1 = use0 / output0, use1 / output1
        return effects(_factors(use0, output0, intensity1), _factors(use1, output1, intensity0), kind)


def _factors(use: Array, output: Array, other: Array) -> Array:
    whole = output.sum(-1, keepdims=True)
    own = np.where((output == 0) & (use == 0), np.where(other > 0, other, 1.0), use / output)
    # Factors lie apart in memory, and so do sectors where they do: sums over a short last axis are slow.
    return np.moveaxis(np.stack([np.broadcast_to(whole, output.shape), output / whole, own]), 0, -1)


def effect_bands(use0: Bands, output0: Bands, use1: Bands, output1: Bands, kind: Kind = "additive") -> Bands:
    """Return the effects with bounds that no numbers within the print of the inputs leave.

    Parameters
    ----------
    use0, output0, use1, output1 : Bands
        Sectors on the last axis. A sector that is printed as zero in use and in output is not there at all.
    kind : {"additive", "multiplicative"}, optional

    Returns
    -------
    Bands
        Activity, structure and intensity on the last axis. All missing where the print leaves an effect without bounds: an
        output that may be zero.
    """
    mid = use_effects(use0.mid, output0.mid, use1.mid, output1.mid, kind)
    exact = np.ones(mid.shape[:-1], np.bool_)
    for band in (use0, output0, use1, output1):
        exact &= (band.low == band.high).all(-1)
    use0, output0 = _not_negative(use0, output0)
    use1, output1 = _not_negative(use1, output1)
    with np.errstate(all="ignore"):
        low, high = _additive(use0, output0, use1, output1)
        if kind == "multiplicative":
            least, most = (
                logarithmic_mean(one.sum(-1), other.sum(-1))[..., None]
                for one, other in ((use1.low, use0.low), (use1.high, use0.high))
            )
            low = np.exp(low / np.where(low < 0, least, most))
            high = np.exp(high / np.where(high < 0, most, least))
    low, high = (np.where(exact[..., None], mid, end) for end in (low, high))
    known = np.isfinite(low) & np.isfinite(mid) & np.isfinite(high)
    return Bands(np.minimum(low, mid), mid, np.maximum(high, mid)).where(
        np.asarray(known.all(-1, keepdims=True))
    )


def _not_negative(use: Bands, output: Bands) -> tuple[Bands, Bands]:
    if (use.low > 0).all() and (output.low > 0).all():
        return use, output
    there = (use.mid != 0) | (output.mid != 0)
    return tuple(  # type: ignore[return-value]
        Bands(*(np.where(there, np.maximum(part, 0), 0.0) for part in (band.low, band.mid, band.high)))
        for band in (use, output)
    )


def _additive(use0: Bands, output0: Bands, use1: Bands, output1: Bands) -> tuple[Array, Array]:
    stays = (output0.mid > 0) & (output1.mid > 0)
    weight = logarithmic_mean(use1.low, use0.low), logarithmic_mean(use1.high, use0.high)
    gain = (
        np.log(output1.low.sum(-1) / output0.high.sum(-1)),
        np.log(output1.high.sum(-1) / output0.low.sum(-1)),
    )
    whole = weight[0].sum(-1), weight[1].sum(-1)
    activity = (
        np.minimum(whole[0] * gain[0], whole[1] * gain[0]),
        np.maximum(whole[0] * gain[1], whole[1] * gain[1]),
    )
    intensity = _intensity(use0, output0, use1, output1, weight)
    come, gone = (output0.mid == 0) & (output1.mid > 0), (output0.mid > 0) & (output1.mid == 0)
    moved = [
        np.where(come, one, 0.0).sum(-1) - np.where(gone, other, 0.0).sum(-1)
        for one, other in ((use1.low, use0.high), (use1.high, use0.low))
    ]
    structure = _structure(output0, output1, weight, stays)
    low, high = (
        np.stack([activity[k], structure[k] + moved[k], np.where(stays, intensity[k], 0.0).sum(-1)], -1)
        for k in (0, 1)
    )
    return low, high


def _intensity(
    use0: Bands, output0: Bands, use1: Bands, output1: Bands, weight: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return the ends of each sector's term."""
    least, most = np.log(output1.low / output0.high), np.log(output1.high / output0.low)
    fall, rise = use1.low - use0.high, use1.high - use0.low
    at_fall, at_rise = logarithmic_mean(use1.low, use0.high), logarithmic_mean(use1.high, use0.low)
    monotone = (most * at_fall < use1.low) & (-least * at_rise < use0.low)
    low = fall - np.where(monotone, most * at_fall, np.maximum(most * weight[0], most * weight[1]))
    high = rise - np.where(monotone, least * at_rise, np.minimum(least * weight[0], least * weight[1]))
    return low, high


def _structure(
    output0: Bands, output1: Bands, weight: tuple[Array, Array], stays: np.ndarray
) -> tuple[Array, Array]:
    """Return the ends of the sum over sectors."""
    middle, half = (weight[0] + weight[1]) / 2, (weight[1] - weight[0]) / 2
    whole = middle.sum(-1)
    shares, steps = [], []
    for output in (output0, output1):
        rest = [part.sum(-1, keepdims=True) - part for part in (output.low, output.high)]
        share = output.mid / output.mid.sum(-1, keepdims=True)
        least, most = output.low / (output.low + rest[1]), output.high / (output.high + rest[0])
        moves = [np.where(output.mid > 0, np.log(end / output.mid), 0.0) for end in (output.low, output.high)]
        slope = middle - whole[..., None] * share
        ends = slope * moves[0], slope * moves[1]
        bent = whole / 2 * (most * np.maximum(moves[0] ** 2, moves[1] ** 2)).sum(-1)
        shares.append((least, share, most))
        steps.append((np.minimum(*ends).sum(-1) - bent, np.maximum(*ends).sum(-1)))
    (least0, share0, most0), (least1, share1, most1) = shares
    change = np.where(stays, np.log(share1 / share0), 0.0)
    furthest = np.maximum(np.abs(np.log(most1 / least0)), np.abs(np.log(least1 / most0)))
    own, spread = (middle * change).sum(-1), np.where(stays, half * furthest, 0.0).sum(-1)
    return own + steps[1][0] - steps[0][1] - spread, own + steps[1][1] - steps[0][0] + spread
