"""Lines in the text that speak for the site, not for the article: links on, offers, rights.

They are told by their form first (a label and then a link), and by how such lines begin in the
languages of the pages that were measured; a line of that kind is short, and links or stands at an
end of the text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from crawler.pages import bylines
from crawler.pages.stream import Part, Stream

LABEL = 45  # letters of a label before a link
SHORT = 320  # letters of a notice
ENDS = 5  # parts at the end of the text in which a notice needs no link
_DIVIDES = re.compile(r"[:|»›>–—→]\s*[\"“„«'‘]?\s*$")
ON = re.compile(
    r"\W*(?:(?:also |auch |more|weiter)?"
    r"(?:read|lesen|lire|les|leggi|lee|lea|læs|läs|czytaj|číst|vea|ver|voir|watch|listen|siehe|xem|đọc|mời)\b.{0,18}\b(?:also|more|next|auch|aussi|également|også|"
    r"anche|también|mais|více|więcej|tambien|här|mer|mere|thêm|tiếp|mehr|hier|here|below)\b|"
    r"(?:also|see also|read|related|more|recommended|must read|auch interessant|schon gelesen|"
    r"mehr zum thema|zum thema|à lire|le puede interesar|te puede interesar|lo más leído|"
    r"zobacz (?:też|także)|przeczytaj|dowiedz się|czytaj|читайте|baca juga|ayrıca)\b|"
    r"(?:đọc thêm|xem (?:thêm|tiếp)|mời (?:bạn )?(?:đọc|xem)|lire aussi|lesen sie|lee también|"
    r"leggi anche)\b|[>»►▶→]+)",
    re.I,
)
"""How a line begins that leads on to other pages, if it is mostly links."""
_OFFER = (
    r"subscribe|sign up|follow (?:us|me|our|@|\w+(?:\.\w+)? on)|join (?:us|our)|"
    r"get in touch|got a (?:story|tip)|do you have a (?:story|tip)|for more (?:stories|news|on)|"
    r"for the latest (?:\w+ )?(?:news|stor|updates?|on)|check out (?:more|our)|click here|"
    r"download (?:our|the)|support (?:us|our)|don[’']t miss|stay up to date|"
    r"if you (?:enjoyed|liked|buy|have a)|like (?:this (?:article|story)|what you)|"
    r"abonnieren|jetzt (?:abonnieren|anmelden|testen)|melden sie sich|folgen sie|folge? uns|"
    r"hat ihnen (?:dieser|der)|haben sie (?:fragen|hinweise|anregungen)|lesen sie|lest |"
    r"hier geht es|"
    r"suivez|abonnez|inscrivez|cet article vous|síguenos|suscríbe|siga-?nos|regístrate|"
    r"inscreva|iscriviti|seguici|abbonati|zapisz się|polub|obserwuj|подписывайтесь|"
    r"следите|theo dõi .{0,40}(?:zalo|facebook|fanpage|youtube|kênh)|đăng ký (?:nhận|theo dõi)|"
    r"mời (?:quý )?(?:bạn|độc giả|quý vị)"
)
_ORIGIN = (
    r"this (?:article|story|post|piece) (?:was|is|first|originally|appeared)|"
    r"dieser (?:artikel|text|beitrag) (?:ist|wurde|erschien|stammt)|"
    r"cet article (?:est|a été)|este artículo (?:fue|es|se)"
)
_RIGHTS = re.compile(
    r"\W{0,2}(?:©|\(c\) ?\d|copyright\b|all rights reserved|alle rechte|tous droits|"
    r"todos los derechos|bản quyền (?:thuộc|©|của trang|bài viết)|ghi rõ nguồn)",
    re.I,
)
_SPEAKS = re.compile(rf"\W*(?:{_OFFER}|{_ORIGIN})", re.I)
_LETTER = re.compile(r"[\w.+-]+@[\w-]+\.\w")


def mark(stream: Stream) -> None:
    """Gives such lines of the text the role `related` or `side`."""
    text = [part for part in stream.parts if part.role == "body" and part.inside]
    last = {id(part) for part in text[-ENDS:]}
    labels = {part for part, behind in pairwise(stream.parts) if _heads(part, behind)}
    for part in text:
        if len(part.text) > SHORT or part.heading:
            continue
        if _leads_on(stream, part):
            part.role, part.rule = "related", "a label and its link"
        elif part in labels:
            part.role, part.rule = "related", "a label of links"
        elif id(part) in last and _RIGHTS.match(part.text):
            part.role, part.rule = "side", "whose rights it is"
        elif _SPEAKS.match(part.text) and _points(part, id(part) in last):
            part.role, part.rule = "side", "the site speaks of itself"


def _heads(part: Part, behind: Part) -> bool:
    """Whether a line is no more than a label of the links behind it."""
    return behind.role == "related" and len(part.text) <= LABEL and bool(ON.match(part.text))


def _points(part: Part, late: bool) -> bool:
    """Whether a line that begins like a notice links somewhere, or is set like one at the end."""
    linked = part.piece.links or _LETTER.search(part.text)
    return bool(linked) or (late and (part.bold or part.italic))


def _leads_on(stream: Stream, part: Part) -> bool:
    """Whether a line is a short label and then nothing but links: "Les også: …", "Drohnen: …"."""
    piece = part.piece
    if piece.links < len(part.text) * 0.4:
        return False
    line = stream.page.lines[piece.line]
    spans = [(a, b) for _, a, b in line.anchors if a >= piece.start and b <= piece.end and b > a]
    if not spans:
        return False
    label = line.text[piece.start : spans[0][0]].strip()
    if not 2 <= len(label) <= LABEL or not _DIVIDES.search(label) or bylines.is_labelled(part.text):
        return False
    at = spans[0][0]
    for first, end in spans:
        if sum(char.isalnum() for char in line.text[at:first]) > 3:
            return False
        at = max(at, end)
    return not any(char.isalnum() for char in line.text[at : piece.end])
