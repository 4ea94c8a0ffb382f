"""Dates with a month's name, in the languages that news of other countries are read in."""

from __future__ import annotations

import re

# One line a month: as in a date, so in the case that the language uses there, and its short form.
_NAMES = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari stycznia sty "
    "leden ledna ocak oca tammikuuta január januára ianuarie januára января янв січня",
    "february feb februar feber février févr fév febrero febbraio fevereiro fev februari lutego "
    "únor února şubat helmikuuta február februára februarie февраля фев лютого",
    "march mar märz mrz mär mars marzo março maart mrt marca březen března mart maaliskuuta "
    "március martie марта мар березня",
    "april apr avril avr abril abr aprile aprilie kwietnia kwi duben dubna nisan nis huhtikuuta "
    "április apríla апреля апр квітня",
    "may mai mayo maggio mag maio mei maj maja květen května mayıs toukokuuta május mája "
    "мая май травня",
    "june jun juni juin junio giugno giu junho czerwca cze červen června haziran haz kesäkuuta "
    "június júna iunie июня июн червня",
    "july jul juli juillet juil julio luglio lug julho lipca lip červenec července temmuz tem "
    "heinäkuuta július júla iulie июля июл липня",
    "august aug août aoû agosto ago augustus augusti sierpnia sie srpen srpna ağustos ağu "
    "elokuuta augusztus augusta августа авг серпня",
    "september sep sept septembre septiembre settembre set setembro wrzesień września wrz září "
    "eylül eyl syyskuuta szeptember septembra septembrie сентября сен вересня",
    "october oct oktober okt octobre octubre ottobre ott outubro out października paź říjen října "
    "ekim eki lokakuuta október októbra octombrie октября окт жовтня",
    "november nov novembre noviembre novembro listopada lis listopad listopadu kasım kas "
    "marraskuuta novembra noiembrie ноября ноя листопада",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia gru prosinec "
    "prosince aralık ara desember des joulukuuta decembra decembrie декабря дек грудня",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}

_WORD = r"[^\W\d_]{3,12}"
_OF = r"(?:(?:de|del|di|of)\s{1,2})?"
_YEAR = r"(?:19|20)\d\d"
_PATTERN = re.compile(
    rf"(?<![\d/.,:-])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?[.\s-]{{1,3}}{_OF}(?P<m>{_WORD})"
    rf"[.,\s-]{{1,3}}{_OF}(?P<y>{_YEAR})(?!\d)"
    rf"|(?<!\w)(?P<m2>{_WORD})\.?\s{{1,2}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}"
    rf"(?P<y2>{_YEAR})(?!\d)"
    rf"|(?<!\d)(?P<y3>{_YEAR})\s?[年년]\s?(?P<m3>\d{{1,2}})\s?[月월]\s?(?P<d3>\d{{1,2}})\s?[日일]",
    re.I,
)


def named_dates(text: str) -> list[tuple[int, int, int, int, int]]:
    """Start, end, year, month and day of the dates in *text*; days may be impossible ones."""
    found = []
    for match in _PATTERN.finditer(text):
        group = match.groupdict()
        suffix = "" if group["d"] else "2" if group["d2"] else "3"
        month = group[f"m{suffix}"]
        number = int(month) if month.isdecimal() else MONTHS.get(month.casefold(), 0)
        if number:
            year, day = int(group[f"y{suffix}"]), int(group[f"d{suffix}"])
            found.append((match.start(), match.end(), year, number, day))
    return found
