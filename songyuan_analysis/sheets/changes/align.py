"""The lines of one axis in two releases: which are the same, renamed, moved, gone or new.

Lines are the same if their labels are, time apart. What is left over on both sides may be a rename: that is a
guess, and says why. Everything is done so that old and new could be exchanged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from songyuan_analysis.sheets.changes.release import Line
from songyuan_analysis.sheets.changes.words import core, likeness, may_be_renamed

_MOST_GUESSES = 40_000

Path = tuple[str, ...]
Pair = tuple[Line, Line]
# Whether two lines hold the same numbers; None if they have none for the same period.
SameNumbers = Callable[[Line, Line], bool | None]


@dataclass(frozen=True)
class Rename:
    """A guess that a label is another wording of one that is gone, with the first lines that bear it."""

    old: Line
    new: Line
    old_label: str
    new_label: str
    why: str
    alike: bool | None = None


@dataclass
class Alignment:
    """How the lines of one axis correspond.

    `same` have the same labels and time; `later` the same labels and, one for one, another time. Lines that
    come or go with the period alone stand nowhere. The paths, by place, are equal where lines are the same;
    those of `doubtful` are not to be relied on; those of `guessed` are renames.
    """

    same: list[Pair] = field(default_factory=list)
    later: list[Pair] = field(default_factory=list)
    renamed: list[Rename] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)
    come: list[Line] = field(default_factory=list)
    bands: tuple[str, str] | None = None
    old_paths: dict[int, Path] = field(default_factory=dict)
    new_paths: dict[int, Path] = field(default_factory=dict)
    doubtful: frozenset[Path] = frozenset()
    guessed: frozenset[Path] = frozenset()

    @property
    def same_band(self) -> bool:
        """Whether the lines may be compared: not if they all stand under another heading than before."""
        return self.bands is None or not all(self.bands)

    @property
    def matched(self) -> list[Pair]:
        """All lines that correspond without a guess."""
        return self.same + self.later


def align(old: Sequence[Line], new: Sequence[Line], same_numbers: SameNumbers) -> Alignment:
    """Align the lines of an axis."""
    result = Alignment()
    cut_old, cut_new = _common_parents(old, new)
    old_paths = {line.place: line.path[cut_old:] for line in old}
    new_paths = {line.place: line.path[cut_new:] for line in new}
    if cut_old != cut_new or (cut_old and old[0].path[:cut_old] != new[0].path[:cut_new]):
        result.bands = (_parents(old[0], cut_old), _parents(new[0], cut_new))
    guessed = _guess_renames(old, new, old_paths, new_paths, same_numbers, result)
    _match(old, new, old_paths, new_paths, guessed, result)
    _match_moved(result, old_paths, new_paths)
    return result


# --- parents that all lines have ---------------------------------------------------------------


def _common_parents(old: Sequence[Line], new: Sequence[Line]) -> tuple[int, int]:
    """Return how many outer labels, common to all lines of a release, stand in the way of a match."""
    options = [
        (len({line.path[i:] for line in old} & {line.path[j:] for line in new}), -(i + j), -abs(i - j), i, j)
        for i in range(_common(old) + 1)
        for j in range(_common(new) + 1)
        # Where nothing but the time is left on one side, the other side must have had no more than that.
        if not (i and j and (any(len(x.path) == i for x in old) or any(len(x.path) == j for x in new)))
    ]
    best = max(options)
    return best[3], best[4]


def _common(lines: Sequence[Line]) -> int:
    """How many outer labels all lines have in common, beside a label or a time of their own."""
    first, last = min(line.path for line in lines), max(line.path for line in lines)
    count = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        count += 1
    return max(0, min([count, *(len(line.path) - (0 if line.stamp else 1) for line in lines)]))


def _parents(line: Line, count: int) -> str:
    return " / ".join(line.label.split(" / ")[:count])


# --- renames ------------------------------------------------------------------------------------


def _guess_renames(
    old: Sequence[Line],
    new: Sequence[Line],
    old_paths: dict[int, Path],
    new_paths: dict[int, Path],
    same_numbers: SameNumbers,
    result: Alignment,
) -> set[Path]:
    """Find labels that may be another wording, from the outermost level in; return their paths, now the new ones.

    What stands below such a label matches again.
    """
    guessed: set[Path] = set()
    unlike: set[Path] = set()
    depth = max((len(path) for path in (*old_paths.values(), *new_paths.values())), default=0)
    for level in range(1, depth + 1):
        while guesses := _best_guesses(old, new, old_paths, new_paths, same_numbers, level):
            wording = {before: after for before, after, _ in guesses}
            result.renamed.extend(rename for _, _, rename in guesses)
            guessed |= set(wording.values())
            unlike |= {after for _, after, rename in guesses if rename.alike is False}
            for place, path in old_paths.items():
                if path[:level] in wording:
                    old_paths[place] = (*wording[path[:level]], *path[level:])
    # Where no number is the same, the lines may well be two indicators: their numbers are not set side by side.
    result.guessed = frozenset(guessed - unlike)
    return guessed


def _best_guesses(
    old: Sequence[Line],
    new: Sequence[Line],
    old_paths: dict[int, Path],
    new_paths: dict[int, Path],
    same_numbers: SameNumbers,
    level: int,
) -> list[tuple[Path, Path, Rename]]:
    """Return guesses that do not exclude each other; what stands beside them may be told after them."""
    olds, news = _nodes(old, old_paths, level), _nodes(new, new_paths, level)
    gone, come = [n for n in olds if n not in news], [n for n in news if n not in olds]
    # A label that stands elsewhere now was moved, not renamed.
    all_old = {part for path in old_paths.values() for part in path}
    all_new = {part for path in new_paths.values() for part in path}
    gone = [n for n in gone if n[-1] not in all_new]
    come = [n for n in come if n[-1] not in all_old]
    if not gone or not come or len(gone) * len(come) > _MOST_GUESSES:
        return []  # where almost everything is new, nothing can be guessed
    around_old, around_new = _neighbours(olds), _neighbours(news)
    by_parent: dict[Path, list[Path]] = defaultdict(list)
    for node in come:
        by_parent[node[:-1]].append(node)
    guesses: list[tuple[float, int, int, Path, Path, Rename]] = []
    for before in gone:
        for after in by_parent[before[:-1]]:
            one, other = olds[before][0], news[after][0]
            numbers = same_numbers(one, other) if len(old_paths[one.place]) == level else None
            close = may_be_renamed(before[-1], after[-1])
            placed = around_old[before] == around_new[after] and any(around_old[before])
            if not (numbers or close or (placed and numbers is None)) or (numbers is False and not close):
                continue
            reasons = [("数字相同", numbers is True), ("文字相近", close), ("前后的行列相同", placed)]
            why = "、".join(reason for reason, holds in reasons if holds)
            score = 4 * (numbers is True) + 2 * close + placed + likeness(before[-1], after[-1])
            ends = sorted((one.place, other.place))
            labels = _printed(one, before[-1]), _printed(other, after[-1])
            rename = Rename(one, other, *labels, why, numbers)
            guesses.append((-score, ends[0], ends[1], before, after, rename))
    chosen: list[tuple[Path, Path, Rename]] = []
    for *_, before, after, rename in sorted(guesses, key=lambda g: g[:5]):
        if not any(before == b or after == a for b, a, _ in chosen):
            chosen.append((before, after, rename))
    return chosen


def _printed(line: Line, folded: str) -> str:
    """Return a label as it was printed."""
    return next((part for part in line.label.split(" / ") if core(part) == folded), line.label)


def _nodes(lines: Sequence[Line], paths: dict[int, Path], level: int) -> dict[Path, list[Line]]:
    """Return the labels of a level, each with its own line first and those below it."""
    nodes: dict[Path, list[Line]] = {}
    for line in lines:
        path = paths[line.place]
        if len(path) >= level:
            nodes.setdefault(path[:level], []).append(line)
    return nodes


def _neighbours(nodes: Iterable[Path]) -> dict[Path, tuple[Path | None, Path | None]]:
    """Return the labels before and after each label under the same parent."""
    siblings: dict[Path, list[Path]] = defaultdict(list)
    for node in nodes:
        siblings[node[:-1]].append(node)
    around: dict[Path, tuple[Path | None, Path | None]] = {}
    for row in siblings.values():
        for i, node in enumerate(row):
            around[node] = (row[i - 1] if i else None, row[i + 1] if i + 1 < len(row) else None)
    return around


# --- matches ------------------------------------------------------------------------------------


def _match(
    old: Sequence[Line],
    new: Sequence[Line],
    old_paths: dict[int, Path],
    new_paths: dict[int, Path],
    guessed: set[Path],
    result: Alignment,
) -> None:
    by_path: dict[Path, tuple[list[Line], list[Line]]] = {}
    for side, (lines, paths) in enumerate(((old, old_paths), (new, new_paths))):
        for line in lines:
            by_path.setdefault(paths[line.place], ([], []))[side].append(line)
    doubtful = set()
    for path, (before, after) in by_path.items():
        if not before or not after:
            (result.gone if before else result.come).extend(before or after)
            continue
        if path in guessed:
            continue  # whether these are the same is for the reader to say
        rest_before, rest_after = list(before), list(after)
        for line in before:
            twin = next((x for x in rest_after if x.stamp == line.stamp), None)
            if twin is not None:
                rest_before.remove(line)
                rest_after.remove(twin)
                result.same.append((line, twin))
        if len(rest_before) == len(rest_after):
            result.later.extend(zip(rest_before, rest_after, strict=True))
        # The same label several times over, and not equally often: which of them went, nobody can say.
        stamps = Counter(line.stamp for line in before), Counter(line.stamp for line in after)
        if any(stamps[0][s] != stamps[1][s] for s in stamps[0] if stamps[1][s]):
            doubtful.add(path)
            longer, shorter = (before, after) if len(before) > len(after) else (after, before)
            (result.gone if longer is before else result.come).extend(longer[len(shorter) :])
    result.doubtful = frozenset(doubtful | (guessed - result.guessed))
    result.old_paths, result.new_paths = old_paths, new_paths
    result.same.sort(key=lambda pair: pair[0].place)
    result.gone.sort(key=lambda line: line.place)
    result.come.sort(key=lambda line: line.place)


def _match_moved(result: Alignment, old_paths: dict[int, Path], new_paths: dict[int, Path]) -> None:
    """Take lines whose own label came back under another parent out of those that are gone and new."""
    gone = Counter(old_paths[line.place][-1:] for line in result.gone)
    come = Counter(new_paths[line.place][-1:] for line in result.come)
    for line in list(result.gone):
        leaf = old_paths[line.place][-1:]
        if leaf and gone[leaf] == 1 and come[leaf] == 1:
            twin = next(x for x in result.come if new_paths[x.place][-1:] == leaf)
            result.moved.append((line, twin))
            result.gone.remove(line)
            result.come.remove(twin)


def out_of_order(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the fewest lines without which the order is the same in both releases."""
    pairs = sorted(pairs, key=lambda pair: pair[0].place)
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for i, (_, new) in enumerate(pairs):
        k = bisect_left(ends, new.place)
        ends[k : k + 1] = [new.place]
        tails[k : k + 1] = [i]
        before.append(tails[k - 1] if k else -1)
    kept, i = set(), tails[-1] if tails else -1
    while i >= 0:
        kept.add(i)
        i = before[i]
    return [pair for i, pair in enumerate(pairs) if i not in kept]
