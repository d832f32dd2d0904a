"""What schemathesis cannot know by itself: how our scalars are written, which ids there are, and what a fault is."""

import datetime
import json
import os
import random
import re
import urllib.request

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

TODAY = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)


def mostly(good, bad):
    """Rather something that is let in: what is refused at once tries nothing that lies behind."""
    return st.one_of(good, good, good, good, bad)


# Quarters of an hour around today, when the demo's businesses are open; any moment; and what is no moment at all.
MOMENTS = mostly(
    st.builds(
        lambda day, quarter: (TODAY + datetime.timedelta(days=day, minutes=15 * quarter)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        st.integers(-30, 90),
        st.integers(28, 72),
    ),
    st.one_of(
        st.datetimes().map(lambda it: it.isoformat() + "Z"),
        st.sampled_from(["", "tomorrow", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00+23:59"]),
    ),
)
DATES = mostly(
    st.integers(-60, 90).map(lambda day: f"{TODAY + datetime.timedelta(days=day):%Y-%m-%d}"),
    st.one_of(st.dates().map(str), st.sampled_from(["", "2026-02-30", "today", "9999-12-31", "-0001-01-01"])),
)
TIMES = mostly(
    st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}"),
    st.sampled_from(["", "24:00", "7:5", "noon", "23:59:59.999999999"]),
)
ZONES = mostly(
    st.sampled_from(["Europe/Berlin", "America/New_York", "UTC", "Pacific/Apia", "Asia/Kathmandu"]),
    st.sampled_from(["", "Mars/Base", "Europe/../etc"]),
)
CURRENCIES = mostly(st.sampled_from(["EUR", "USD", "JPY"]), st.sampled_from(["", "eur", "XXXX"]))


def text(strategy):
    return strategy.map(nodes.String)


schemathesis.graphql.scalar("DateTime", text(MOMENTS))
schemathesis.graphql.scalar("LocalDate", text(DATES))
schemathesis.graphql.scalar("LocalTime", text(TIMES))
schemathesis.graphql.scalar("TimeZone", text(ZONES))
schemathesis.graphql.scalar("CurrencyCode", text(CURRENCIES))
schemathesis.graphql.scalar(
    "JSON",
    st.one_of(st.text(), st.integers(), st.booleans()).map(
        lambda it: nodes.String(it) if isinstance(it, str) else nodes.Boolean(it) if isinstance(it, bool) else nodes.Int(it)
    ),
)

# Where to look for ids: as the owner of the demo, and as the person of this run.
DAY = "%Y-%m-%dT00:00:00Z"
WEEKS = f'window: {{from: "{TODAY - datetime.timedelta(days=14):{DAY}}", to: "{TODAY + datetime.timedelta(days=14):{DAY}}"}}'
BUSINESSES = ["vogt-consulting", "harbour-street-clinic", "sunrise-yoga", "tejo-vans", "muddy-paws", "atelier-lumiere"]
OF_BUSINESS = [
    "id locations(first: 5) { nodes { id } } venues(first: 5) { nodes { id } }",
    "resources(first: 10) { nodes { id } } members(first: 10) { nodes { id user { id } } }",
    "offers(first: 10) { nodes { id currentVersion { id } } }",
    "bookings(first: 10, orderBy: START_DESC) { nodes { id notes(first: 2) { nodes { id } } } }",
    "bookings(first: 5) { nodes { id units { id } payments { id } lines { id } } }",
    "packageProducts(first: 5) { nodes { id } }",
    "packagePurchases(first: 5) { nodes { id ledger(first: 3) { nodes { id } } } }",
    "classSchedules(first: 5) { nodes { id } }",
    "seatMaps(first: 2) { nodes { id seats { id } } }",
    "classOccurrences(first: 10, %s) { nodes { id enrollments(first: 5) { nodes { id } } } }" % WEEKS,
    "queues(first: 5) { nodes { id events(first: 5) { nodes { id } } } }",
    "queues(first: 5) { nodes { entries(first: 10, status: [WAITING, NOTIFIED, SERVING]) { nodes { id waitlistOffer { id } } } } }",
]
OF_VIEWER = [
    "user { id } memberships { id }",
    "queueEntries(first: 10) { nodes { id waitlistOffer { id } } } enrollments(first: 10) { nodes { id } }",
    "packagePurchases(first: 10) { nodes { id } } bookings(first: 20) { nodes { id } }",
]
# A hold of seats is known to nobody but its holder, and only from the answer that made it.
HOLD_SEATS = 'mutation { holdSeats(input: {occurrenceId: "%s", bestAvailable: {count: 1}}) { seatHold { id } } }'
# Arguments that schemathesis shall find a thing for, or almost nothing of a noun would ever be reached.
KINDS = "biz usr mem loc ven res off ofv bkg bkl nte ful pay pkg pur led cls occ enr map sea que qen qev".split()


def ask(query: str, token: str) -> str:
    request = urllib.request.Request(
        os.environ["FUZZ_ORIGIN"] + "/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode()


def known_ids() -> list[str]:
    owner, own = os.environ["FUZZ_OWNER"], os.environ["FUZZ_TOKEN"]
    ids: set[str] = set()

    def keep(found: str) -> None:
        ids.update(re.findall(r'"id":"([a-z]+_[^"]+)"', found))

    for fields in OF_BUSINESS:
        for slug in BUSINESSES:
            found = ask('{ business(by: { slug: "%s" }) { %s } }' % (slug, fields), owner)
            assert '"errors"' not in found, found
            keep(found)
    for fields in OF_VIEWER:
        keep(ask("{ viewer { %s } }" % fields, own))
    for occurrence in sorted(one for one in ids if one.startswith("occ"))[:10]:
        keep(ask(HOLD_SEATS % occurrence, own))
    missing = [kind for kind in KINDS if not any(one.startswith(kind + "_") for one in ids)]
    assert not missing, f"no ids of {missing}"
    return sorted(ids)


IDS = known_ids()
# Arguments whose names do not begin like the prefix of their ids.
PREFIXES = {
    "booking": "bkg",
    "customer": "usr",
    "deletednote": "nte",
    "entry": "qen",
    "instructor": "res",
    "note": "nte",
    "offerversion": "ofv",
    "packagepurchase": "pur",
    "primaryresource": "res",
    "product": "pkg",
    "room": "res",
    "schedule": "cls",
    "seathold": "shd",
    "seatmap": "map",
    "secondaryresource": "res",
    "touser": "usr",
    "user": "usr",
}
# The queries that take no more than an id, and what it is of.
ROOTS = {
    "booking": "bkg",
    "classOccurrence": "occ",
    "classSchedule": "cls",
    "offer": "off",
    "packagePurchase": "pur",
    "queue": "que",
    "queueEntry": "qen",
}
TEXT = r'"(?:[^"\\]|\\.)*"'
ROOT = re.compile(rf'\b({"|".join(ROOTS)})\(\s*id: {TEXT}')
ID_ARGUMENT = re.compile(r"\b(\w*?[iI]ds?): (\[?)" + TEXT)
PAGE_ARGUMENT = re.compile(r"\b(first|last|limit): -?\d+")
CURSOR = re.compile(r"\b(after|before): " + TEXT)
RULE = re.compile(r"\brecurrenceRule: " + TEXT)
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU",
    "FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20270101T000000Z",
    "FREQ=DAILY;BYSETPOS=1",
    "FREQ=SECONDLY",
    "FREQ=DAILY;COUNT=99999999999",
]


def closer_to_the_world(document: str) -> str:
    """Puts ids that exist, mostly of the right kind, rules that recur, and page sizes that are allowed, in the place of
    most of those that schemathesis thought of: otherwise almost nothing would get past the first check."""
    dice = random.Random(document)

    def one_of(prefix: str) -> str:
        fitting = [one for one in IDS if one.startswith(prefix)] if dice.random() < 0.9 else []
        return dice.choice(fitting or IDS)

    def root(found: re.Match) -> str:
        return f'{found[1]}(id: "{one_of(ROOTS[found[1]])}"'

    def real(found: re.Match) -> str:
        # A plain `id` that is there already has come from `root`.
        if found[0].endswith(tuple(f'"{one}"' for one in IDS)) or dice.random() < 0.2:
            return found[0]
        name = re.sub(r"ids?$", "", found[1].lower())
        prefix = PREFIXES.get(name, name[:3])
        # The offers of a waitlist are named like those of a catalogue.
        if prefix == "off" and "WaitlistOffer" in document:
            prefix = "wlo"
        return f'{found[1]}: {found[2]}"{one_of(prefix)}"'

    def small(found: re.Match) -> str:
        return found[0] if dice.random() < 0.2 else f"{found[1]}: {dice.randint(1, 5)}"

    def none(found: re.Match) -> str:
        return found[0] if dice.random() < 0.2 else f"{found[1]}: null"

    def rule(found: re.Match) -> str:
        return found[0] if dice.random() < 0.2 else f'recurrenceRule: "{dice.choice(RULES)}"'

    for pattern, better in [(ROOT, root), (ID_ARGUMENT, real), (PAGE_ARGUMENT, small), (CURSOR, none), (RULE, rule)]:
        document = pattern.sub(better, document)
    # Why something was refused is a part of the answer that is to be tried, too.
    return re.sub(r"(?m)^    replayed$", "    replayed userErrors { code field message }", document)


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, str):
        case.body = closer_to_the_world(case.body)


# What a request may be refused with. TIMEOUT is not among them, and INTERNAL least of all.
REFUSALS = {
    "BAD_REQUEST",
    "FORBIDDEN",
    "NOT_FOUND",
    "QUERY_TOO_COMPLEX",
    "UNAUTHENTICATED",
}


@schemathesis.check
def no_fault(ctx, response, case):
    """No 5xx, and no error but a refusal. (schemathesis's own check takes every error with a path for a fault.)"""
    assert response.status_code < 500, f"status {response.status_code}"
    for error in response.json().get("errors") or []:
        code = error.get("extensions", {}).get("code")
        assert code in REFUSALS, f"not a refusal: {error}"
