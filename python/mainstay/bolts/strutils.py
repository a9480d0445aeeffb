"""Helpers for text: cases and plurals, slugs and ASCII, lists of numbers, shell words, replacing.

Plain functions; the objects here do not change after they are made, so threads may share them
(`DEACCENT_MAP` only remembers what it has worked out).
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
import uuid
import zlib
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from html.parser import HTMLParser
from typing import Any, TypeVar, overload

__all__ = [
    "MultiReplace",
    "a10n",
    "args2cmd",
    "args2sh",
    "asciify",
    "bytes2human",
    "camel2under",
    "cardinalize",
    "complement_int_list",
    "ellipsize",
    "escape_shell_args",
    "find_hashtags",
    "format_int_list",
    "gunzip_bytes",
    "gzip_bytes",
    "html2text",
    "human_readable_list",
    "indent",
    "int_ranges_from_int_list",
    "is_ascii",
    "is_uuid",
    "iter_splitlines",
    "multi_replace",
    "ordinalize",
    "parse_int_list",
    "pluralize",
    "removeprefix",
    "singularize",
    "slugify",
    "split_punct_ws",
    "strip_ansi",
    "under2camel",
    "unit_len",
    "unwrap_text",
]

_Text = TypeVar("_Text", str, bytes, bytearray)

# --- Names and slugs

_insert_underscores = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?!^)(?=[A-Z][a-z])").sub
# Not the backslash, which the peer leaves in words.
_separators = string.punctuation.replace("\\", "") + string.whitespace
_separators_to_spaces = str.maketrans(_separators, " " * len(_separators))
_split_separators = re.compile(f"[{re.escape(_separators)}]+").split


def camel2under(camel_string: str) -> str:
    """`BasicParseTest` becomes `basic_parse_test`."""
    return _insert_underscores("_", camel_string).lower()


def under2camel(under_string: str) -> str:
    """`complex_tokenizer` becomes `ComplexTokenizer`."""
    return "".join([word.capitalize() or "_" for word in under_string.split("_")])


def split_punct_ws(text: str) -> list[str]:
    """The words between ASCII punctuation and whitespace."""
    # Translating is the faster way only where it looks up a table, not a dict, per character.
    if text.isascii():
        words = text.translate(_separators_to_spaces).split(" ")
    else:
        words = _split_separators(text)
    return [word for word in words if word]


@overload
def slugify(text: str, delim: str = "_", lower: bool = True) -> str: ...
@overload
def slugify(text: str, delim: str = "_", lower: bool = True, ascii: bool = False) -> Any: ...
def slugify(text: str, delim: str = "_", lower: bool = True, ascii: bool = False) -> Any:
    """The words of `text` joined by `delim`, in lower case: safe in a file name or URL.

    With `ascii` the result is bytes, made by `asciify`.
    """
    slug: str | bytes = delim.join(split_punct_ws(text)) or (delim if text else "")
    if ascii:
        slug = asciify(slug)
    return slug.lower() if lower else slug


# --- English

_ORDINAL_SUFFIXES = {"1": "st", "2": "nd", "3": "rd"}

_IRREGULAR = """
addendum addenda, alga algae, alumna alumnae, alumnus alumni, analysis analyses,
antenna antennae, appendix appendices, axis axes, bacillus bacilli, bacterium bacteria,
basis bases, beau beaux, bison bison, bureau bureaus, cactus cacti, calf calves,
child children, corps corps, corpus corpora, crisis crises, criterion criteria,
curriculum curricula, datum data, deer deer, diagnosis diagnoses, die dice, dwarf dwarves,
echo echoes, elf elves, ellipsis ellipses, embargo embargoes, emphasis emphases,
erratum errata, fireman firemen, fish fish, focus foci, foot feet, formula formulas,
fungus fungi, genus genera, goose geese, half halves, hero heroes, hippopotamus hippopotami,
hoof hooves, hypothesis hypotheses, index indices, knife knives, leaf leaves, life lives,
loaf loaves, louse lice, man men, matrix matrices, means means, medium media,
memorandum memoranda, millennium milennia, moose moose, mosquito mosquitoes, mouse mice,
nebula nebulae, neurosis neuroses, nucleus nuclei, oasis oases, octopus octopi,
offspring offspring, ovum ova, ox oxen, paralysis paralyses, parenthesis parentheses,
person people, phenomenon phenomena, potato potatoes, radius radii, scarf scarves,
scissors scissors, self selves, sense senses, series series, sheep sheep, shelf shelves,
species species, stimulus stimuli, stratum strata, syllabus syllabi, symposium symposia,
synopsis synopses, synthesis syntheses, tableau tableaux, that those, thesis theses,
thief thieves, this these, tomato tomatoes, tooth teeth, torpedo torpedoes,
vertebra vertebrae, veto vetoes, vita vitae, watch watches, wife wives, wolf wolves,
woman women
"""
_SINGULAR_TO_PLURAL = {
    singular: plural for singular, plural in map(str.split, _IRREGULAR.split(","))
}
_PLURAL_TO_SINGULAR = {plural: singular for singular, plural in _SINGULAR_TO_PLURAL.items()}


def unit_len(sized_iterable: Sized, unit_noun: str = "item") -> str:
    """How many there are, in words: `10 numbers`, `1 number`, `No numbers`."""
    count = len(sized_iterable)
    return f"{count or 'No'} {cardinalize(unit_noun, count)}"


def ordinalize(number: int | str, ext_only: bool = False) -> str:
    """`1` becomes `1st`, `12` becomes `12th`; text that ends in no digit is returned as it is.

    With `ext_only` only the suffix is returned.
    """
    text = str(number)
    suffix = ""
    if text[-1:] in set(string.digits):
        suffix = "th" if text[-2:-1] == "1" else _ORDINAL_SUFFIXES.get(text[-1], "th")
    return suffix if ext_only else text + suffix


def cardinalize(unit_noun: str, count: float) -> str:
    """The plural of `unit_noun` unless `count` is 1."""
    return unit_noun if count == 1 else pluralize(unit_noun)


def singularize(word: str) -> str:
    """The singular of an English plural, by rules of thumb and a list of irregular words."""
    lower = word.strip().lower()
    if not lower or lower in _SINGULAR_TO_PLURAL:
        return word
    if lower in _PLURAL_TO_SINGULAR:
        singular = _PLURAL_TO_SINGULAR[lower]
    elif not lower.endswith("s") or (len(lower) > 2 and lower.endswith("ss")):
        return word
    elif len(lower) > 3 and lower.endswith("ies") and lower[-4] not in "aeiou":
        singular = lower[:-3] + "y"
    elif lower.endswith("ses"):
        singular = lower[:-2]
    else:
        singular = lower[:-1]
    return _match_case(word, singular)


def pluralize(word: str) -> str:
    """The plural of an English word, by rules of thumb and a list of irregular words."""
    lower = word.strip().lower()
    if not lower or lower in _PLURAL_TO_SINGULAR:
        return word
    if lower in _SINGULAR_TO_PLURAL:
        plural = _SINGULAR_TO_PLURAL[lower]
    elif lower.endswith("es"):
        return word
    elif lower.endswith(("s", "sh", "ch", "x")):
        plural = lower + "es"
    elif len(lower) > 1 and lower[-1] == "y" and lower[-2] not in "aeiou":
        plural = lower[:-1] + "ies"
    else:
        plural = lower + "s"
    return _match_case(word, plural)


def _match_case(model: str, word: str) -> str:
    """`word` in the case of `model`, if that is all lower, all upper or in title case."""
    for change in (str.lower, str.upper, str.title):
        if change(model) == model:
            return change(word)
    return word


# --- Finding and stripping

HASHTAG_RE = re.compile(r"(?:^|\s)[\uff03#](\w+)")

# ESC and one letter, or a control sequence: ESC [ parameters, intermediate bytes, a final byte.
ANSI_SEQUENCES = re.compile(r"\x1b(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])")
_ANSI_SEQUENCES_IN_BYTES = re.compile(ANSI_SEQUENCES.pattern.encode("ascii"))


def find_hashtags(string: str) -> list[str]:
    """All hashtags without their mark, which may be full-width; anchors of URLs are none."""
    return HASHTAG_RE.findall(string)


def a10n(string: str) -> str:
    """`internationalization` becomes `i18n`; words of up to three letters stay."""
    if len(string) < 3:
        return string
    return f"{string[0]}{len(string) - 2}{string[-1]}"


def strip_ansi(text: _Text) -> _Text:
    """Remove the escape sequences of terminals; text, bytes and bytearrays keep their type."""
    if isinstance(text, str):
        return ANSI_SEQUENCES.sub("", text) if "\x1b" in text else text
    if not isinstance(text, (bytes, bytearray)):
        raise TypeError(f"expected string or bytes-like object, got {type(text).__name__!r}")
    return type(text)(_ANSI_SEQUENCES_IN_BYTES.sub(b"", text))


# --- ASCII


class DeaccenterDict(dict[int, Any]):
    """For `str.translate`: maps a character to its base character and remembers it."""

    def __missing__(self, key: int) -> int:
        base = unicodedata.decomposition(chr(key)).partition(" ")[0]
        found = int(base, 16) if base and not base.startswith("<") else key
        self[key] = found
        return found


_DEACCENTED = {
    "Æ": "AE", "Ð": "D", "Ø": "OE", "Þ": "Th", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
    "ß": "ss", "æ": "ae", "ð": "d", "ø": "oe", "þ": "th", "ä": "ae", "ö": "oe", "ü": "ue",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
}  # fmt: skip

DEACCENT_MAP = DeaccenterDict(str.maketrans(_DEACCENTED))


def asciify(text: str | bytes, ignore: bool = False) -> bytes:
    """`text` as ASCII bytes, without accents; what has no equivalent becomes `?`.

    With `ignore` it is left out instead. Bytes are read as UTF-8.
    """
    if isinstance(text, (bytes, bytearray)):
        text = text.decode("utf-8")
    if text.isascii():
        return text.encode("ascii")
    plain = unicodedata.normalize("NFKD", text.translate(DEACCENT_MAP))
    return plain.encode("ascii", "ignore" if ignore else "replace")


def is_ascii(text: str | bytes) -> bool:
    """Whether text or bytes are ASCII; raises `ValueError` for anything else."""
    if not isinstance(text, (str, bytes)):
        raise ValueError(f"expected text or bytes, not {type(text)!r}")
    return text.isascii()


# --- Sizes, HTML, compression

_SIZE_SYMBOLS = "BKMGTPEZY"
_SIZES = [1024**i for i in range(len(_SIZE_SYMBOLS))]


def bytes2human(nbytes: float, ndigits: int = 0) -> str:
    """A number of bytes in powers of 1024, such as `126K`, with `ndigits` decimal digits."""
    i = max(bisect(_SIZES, abs(nbytes)) - 1, 0)
    return f"{nbytes / _SIZES[i]:.{ndigits}f}{_SIZE_SYMBOLS[i]}"


class HTMLTextExtractor(HTMLParser):
    """Collects the text between the tags of what it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.result: list[str] = []

    def handle_data(self, data: str) -> None:
        self.result.append(data)

    def get_text(self) -> str:
        """The text so far."""
        return "".join(self.result)


def html2text(html: str) -> str:
    """The text of `html` without tags, with character references replaced."""
    extractor = HTMLTextExtractor()
    extractor.feed(html)
    extractor.close()
    return extractor.get_text()


_EMPTY_GZIP_BYTES = bytes.fromhex("1f8b080839f3b9550003656d7074790003000000000000000000")
_NON_EMPTY_GZIP_BYTES = bytes.fromhex(
    "1f8b0808bcf7b95500036e6f745f656d707479004baa2c492d4eccc8af54e40200f36e62bf0b000000"
)


def gunzip_bytes(bytestring: bytes) -> bytes:
    """Decompress the first gzip member in `bytestring`; raises `zlib.error` for other bytes."""
    return zlib.decompress(bytestring, 16 + zlib.MAX_WBITS)


def gzip_bytes(bytestring: bytes, level: int = 6) -> bytes:
    """Compress to the gzip format, without a time stamp; `level` is 1 (fast) to 9 (small)."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return compressor.compress(bytestring) + compressor.flush()


# --- Lines

_find_line_endings = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]").finditer


def iter_splitlines(text: str) -> Iterator[str]:
    """The lines of `text` one by one; after a last line ending comes an empty line."""
    if not text:
        return
    start = 0
    for ending in _find_line_endings(text):
        yield text[start : ending.start()]
        start = ending.end()
    yield text[start:]


def indent(text: str, margin: str, newline: str = "\n", key: Callable[[str], object] = bool) -> str:
    """Put `margin` before each line for which `key` is true (by default: not empty)."""
    return newline.join([margin + line if key(line) else line for line in iter_splitlines(text)])


def unwrap_text(text: str, ending: str | None = "\n\n") -> Any:
    """Join the lines of each paragraph, and the paragraphs by `ending`; None returns the list."""
    paragraphs: list[str] = []
    lines: list[str] = []
    for line in [*map(str.strip, text.splitlines()), None]:
        if line:
            lines.append(line)
        elif lines or line is not None:
            paragraphs.append(" ".join(lines))
            lines = []
    return paragraphs if ending is None else ending.join(paragraphs)


def is_uuid(obj: object, version: int = 4) -> bool:
    """Whether `obj` is a UUID or the text of one, of that version; 0 accepts all versions."""
    if isinstance(obj, str):
        try:
            obj = uuid.UUID(obj)
        except ValueError:
            return False
    return isinstance(obj, uuid.UUID) and (not version or obj.version == int(version))


# --- Shell words

_is_unsafe_in_sh = re.compile(r"[^a-zA-Z0-9_@%+=:,./-]").search
_find_quotes = re.compile(r'(\\*)"')
_find_last_backslashes = re.compile(r"\\+\Z")


def escape_shell_args(args: Iterable[str], sep: str = " ", style: str | None = None) -> str:
    """Quote and join `args` for `sh` or for `cmd`; by default for this system's shell."""
    chosen = style or ("cmd" if sys.platform == "win32" else "sh")
    if chosen not in ("sh", "cmd"):
        raise ValueError(f"style expected one of 'cmd' or 'sh', not {style!r}")
    return args2sh(args, sep=sep) if chosen == "sh" else args2cmd(args, sep=sep)


def args2sh(args: Iterable[str], sep: str = " ") -> str:
    """Quote `args` for a POSIX shell and join them by `sep`."""

    def quoted(arg: str) -> str:
        if arg and not _is_unsafe_in_sh(arg):
            return arg
        return "'" + arg.replace("'", "'\"'\"'") + "'"

    return sep.join(map(quoted, args))


def args2cmd(args: Iterable[str], sep: str = " ") -> str:
    """Quote `args` as the C runtime of Windows reads them and join them by `sep`."""

    def quoted(arg: str) -> str:
        needs_quotes = not arg or " " in arg or "\t" in arg
        arg = _find_quotes.sub(r'\1\1\\"', arg)  # backslashes count only before a quote
        if not needs_quotes:
            return arg
        return '"' + _find_last_backslashes.sub(lambda found: found[0] * 2, arg) + '"'

    return sep.join(map(quoted, args))


# --- Lists of integers


def _parse_ranges(range_string: str, delim: str, range_delim: str) -> list[tuple[int, int]]:
    """The ranges in `range_string`, first and last number included, in its order."""
    ranges = []
    for part in range_string.strip().split(delim):
        if range_delim in part:
            numbers = [int(number) for number in part.split(range_delim)]
            ranges.append((min(numbers), max(numbers)))
        elif part:
            number = int(part)
            ranges.append((number, number))
    return ranges


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same numbers as sorted ranges with gaps between them."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _format_ranges(
    ranges: Iterable[tuple[int, int]], delim: str, range_delim: str, delim_space: bool = False
) -> str:
    parts = [f"{low:d}" if low == high else f"{low:d}{range_delim}{high:d}" for low, high in ranges]
    return (delim + " " if delim_space else delim).join(parts)


def parse_int_list(range_string: str, delim: str = ",", range_delim: str = "-") -> list[int]:
    """The sorted numbers that text such as `1,3,5-8` means. Raises `ValueError` for other text."""
    numbers: list[int] = []
    for low, high in sorted(_parse_ranges(range_string, delim, range_delim)):
        if low == high:
            numbers.append(low)
        else:
            numbers.extend(range(low, high + 1))
    numbers.sort()  # ranges may overlap
    return numbers


def format_int_list(
    int_list: Iterable[int], delim: str = ",", range_delim: str = "-", delim_space: bool = False
) -> str:
    """Numbers as sorted text such as `1,3,5-8`; `delim_space` puts a space after each `delim`."""
    merged: list[tuple[int, int]] = []
    first = last = None
    for number in sorted(int_list):
        if last is None or first is None:
            first = number
        elif number - last > 1:
            merged.append((first, last))
            first = number
        last = number
    if first is not None and last is not None:
        merged.append((first, last))
    return _format_ranges(merged, delim, range_delim, delim_space)


def complement_int_list(
    range_string: str,
    range_start: int = 0,
    range_end: int | None = None,
    delim: str = ",",
    range_delim: str = "-",
) -> str:
    """The numbers from `range_start` to before `range_end` that `range_string` does not mean.

    By default `range_end` is the largest number in `range_string`. Negative numbers are left out.
    """
    ranges = _merged(_parse_ranges(range_string, delim, range_delim))
    end = (ranges[-1][1] if ranges else 0) if range_end is None else range_end
    position = max(range_start, 0)
    gaps = []
    for low, high in [*ranges, (end, end)]:
        if position < min(low, end):
            gaps.append((position, min(low, end) - 1))
        position = max(position, high + 1)
    return _format_ranges(gaps, delim, range_delim)


def int_ranges_from_int_list(
    range_string: str, delim: str = ",", range_delim: str = "-"
) -> tuple[tuple[int, int], ...]:
    """The numbers in text such as `1,3,5-8` as ranges: `((1, 1), (3, 3), (5, 8))`."""
    return tuple(_merged(_parse_ranges(range_string, delim, range_delim)))


# --- Replacing and joining


class MultiReplace:
    """Replaces many words, or matches of many patterns, in one pass.

    `sub_map` is a mapping or pairs of what to find and what to put there; where two match at one
    place, the first wins. `regex=True` takes the strings as patterns; compiled patterns are always
    taken as such, with their own flags. `flags` go to `re.compile`.
    """

    def __init__(self, sub_map: Any, **kwargs: Any) -> None:
        regex = kwargs.pop("regex", False)
        flags = kwargs.pop("flags", 0)
        pairs = list(sub_map.items() if isinstance(sub_map, Mapping) else sub_map)
        words: dict[str, str] = {}
        self.group_map: dict[str | None, str] = {}
        parts = []
        for number, (key, value) in enumerate(pairs):
            if isinstance(key, re.Pattern):
                own_flags = "".join(
                    letter
                    for letter, flag in (("i", re.I), ("m", re.M), ("s", re.S), ("x", re.X))
                    if key.flags & flag
                )
                pattern = f"(?{own_flags}:{key.pattern})" if own_flags else key.pattern
            else:
                pattern = key if regex else re.escape(key)
                words.setdefault(key, value)
            self.group_map[f"group{number}"] = value
            parts.append((f"group{number}", pattern))
        # Words alone need no groups to tell which of them matched.
        only_words = (
            not regex and not flags and not any(isinstance(p[0], re.Pattern) for p in pairs)
        )
        self._words = words if only_words else None
        self.combined_pattern: re.Pattern[str] = re.compile(
            "|".join(p if only_words else f"(?P<{name}>{p})" for name, p in parts), flags
        )

    def _get_value(self, match: re.Match[str]) -> str:
        if self._words is not None:
            return self._words[match[0]]
        return self.group_map[match.lastgroup]

    def sub(self, text: str) -> str:
        """`text` with everything replaced."""
        return self.combined_pattern.sub(self._get_value, text) if self.group_map else text


def multi_replace(text: str, sub_map: Any, **kwargs: Any) -> str:
    """`MultiReplace(sub_map, **kwargs).sub(text)`."""
    return MultiReplace(sub_map, **kwargs).sub(text)


def removeprefix(text: str, prefix: str) -> str:
    """`str.removeprefix`, which every supported Python has."""
    return text.removeprefix(prefix)


def human_readable_list(
    items: Sequence[str], delimiter: str = ",", conjunction: str = "and", *, oxford: bool = True
) -> str:
    """`apple, banana, and cherry`; without `oxford` there is no delimiter before the last item."""
    conjunction = conjunction.strip()
    if len(items) < 3:
        return f" {conjunction} ".join(items)
    separator = delimiter.strip() + " " if delimiter else ""
    before_last = separator if oxford else " "
    return f"{separator.join(items[:-1])}{before_last}{conjunction} {items[-1]}"


def ellipsize(text: str, max_len: int = 160, *, ellipsis: str = "\u2026") -> str:
    """Cut `text` to at most `max_len` characters, at a space if there is one, and add `ellipsis`.

    Punctuation before the cut is dropped. Raises `ValueError` if only the ellipsis would fit.
    """
    limit = max_len - len(ellipsis)
    if limit <= 0:
        raise ValueError(
            f"expected max_len greater than length of ellipsis {ellipsis!r}, not {max_len!r}"
        )
    if len(text) <= max_len:
        return text
    space = text.rfind(" ", 0, limit + 1)
    words = text[: max(space, 0)].rstrip()
    while words and words[-1] in ".,:;!?":
        words = words[:-1].rstrip()
    return (words or text[:limit]) + ellipsis
