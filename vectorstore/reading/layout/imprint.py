"""How covers and imprints are written, by their signs: addresses, notices of rights, numbers beside running heads."""

import re

MACHINE = re.compile(
    r"\.(?:docx?|pdf|indd|pptx?|xlsx?|tmp|qxd|tex|od[tp]|html?|psd|ai|eps|ps|rtf|fm|cdr|jpe?g|png|tiff?)$"
    r"|^(?:microsoft (?:word|powerpoint)\b|untitled|document\d*$|powerpoint)"
    r"|^[\w ]{0,30} document$|^(?=\S*\d)\S+$|^[\W\d_]+$",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?:|www\.|\w\.(?:com|org|net|gov|edu|eu|int)\b|@\w")
NUMBERED = re.compile(r"^(?:(?P<before>\d{1,3})\s+)?(?P<head>\S.{10,140}?)(?:\s+(?P<after>\d{1,3}))?$")
PAGE_NUMBER = re.compile(r"^\W*(?:[A-Z]{1,3}\W{1,3}|\d{1,2}\W{1,3})?(\d{1,4})\W*$")  # "12", "- 12 -", "5-15", "ES-2"
NUMBER = re.compile(r"^\d{1,2}(?:\.\d+)*\.? ")  # of a section
WORD = re.compile(r"[^\W_]+")
SECTION = re.compile(r"^(?:\d{1,2}(?:\.\d+)+\.?|\d{1,2}\.|§\s?[\d.]+)\s")  # "5.2 Cooling", "3. Recall", not "12 lakes"
SITE = re.compile(r"\s+[|·»–—-]\s+")
RIGHTS = re.compile(r"(?:©|\(c\)\s|copyright)", re.IGNORECASE)
BY_IN = re.compile(r"(?<=\bin )(?:19|20)\d\d(?= by\b)")  # "published in 2021 by"
TWO_YEARS = re.compile(r"(?P<first>\d{4})\s?(?P<dash>[–-])\s?(?P<second>\d\d)")
CLAUSE = re.compile(
    r",\s[^\W\d_][^\n.;]{24,}"
)  # "As of 30 June 2011, the bank had total assets of": a date of something else
# "Luxembourg: Publications Office, 2018"
PRINTER = re.compile(r"^[^.;:]{2,30}: [^.;]{4,80}, (?P<year>(?:19|20)\d\d)\.?$")
OWNED = re.compile(r"(?:©|\(c\)|copyright)[\s©]*(?:copyright|by)?\s*", re.IGNORECASE)
YEARS = re.compile(r"[\s,]*(?:19|20)\d\d(?:\s?[-–,]\s?(?:19|20)?\d\d)*[\s,]*(?:by\b)?\s*")
END = re.compile(
    r"\.\s|\.$|;|\n|\s[|·•]|, (?=\d)|\s\(|,? all rights|\s[-–—]\s|, \d|:"
    r"|,? (?:and is|which|under the|on behalf of|https?|in (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
HOST = re.compile(r"(?:https?://|www\.|@)([\w.-]+\.[a-z]{2,6})\b", re.IGNORECASE)
BARE_HOST = re.compile(r"(?<![\w@/.-])((?:[\w-]+\.)+(?:gov|int|org|edu|com|eu|de|fr|es|jp|uk))\b(?!\.)", re.IGNORECASE)
ENDING = re.compile(r"(?:https?://|www\.|@)[\w.-]+?\.([a-z]{2,3})(?![\w.-]*\.\w)\b", re.IGNORECASE)
ARTICLE = re.compile(r"^(?:the|la|le|les|el|los|die|der|das|by|par|por|von)\s+", re.IGNORECASE)
