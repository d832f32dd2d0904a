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
# Quarters of an hour around today, when the demo's businesses are open; any moment; and what is no moment at all.
MOMENTS = st.one_of(
    st.builds(
        lambda day, quarter: (TODAY + datetime.timedelta(days=day, minutes=15 * quarter)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        st.integers(-30, 90),
        st.integers(28, 72),
    ),
    st.datetimes().map(lambda it: it.isoformat() + "Z"),
    st.sampled_from(["", "tomorrow", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00+23:59"]),
)


def text(strategy):
    return strategy.map(nodes.String)


schemathesis.graphql.scalar("DateTime", text(MOMENTS))
schemathesis.graphql.scalar(
    "LocalDate", text(st.one_of(st.dates().map(str), st.sampled_from(["", "2026-02-30", "today"])))
)
schemathesis.graphql.scalar(
    "LocalTime",
    text(st.one_of(st.times().map(lambda it: it.strftime("%H:%M")), st.sampled_from(["", "24:00", "7:5", "noon"]))),
)
schemathesis.graphql.scalar(
    "TimeZone", text(st.sampled_from(["Europe/Berlin", "America/New_York", "UTC", "", "Mars/Base", "Europe/../etc"]))
)
schemathesis.graphql.scalar("CurrencyCode", text(st.sampled_from(["EUR", "USD", "JPY", "", "eur", "XXXX"])))
schemathesis.graphql.scalar(
    "JSON",
    st.one_of(st.text(), st.integers(), st.booleans()).map(
        lambda it: nodes.String(it) if isinstance(it, str) else nodes.Boolean(it) if isinstance(it, bool) else nodes.Int(it)
    ),
)

# Ids of everything that the demo's owner can find.
FIND = [
    "{ viewer { user { id } memberships { id } } }",
    "{ businesses(first: 20) { nodes { id locations(first: 5) { nodes { id } } venues(first: 5) { nodes { id } } } } }",
    "{ businesses(first: 20) { nodes { resources(first: 10) { nodes { id } } members(first: 10) { nodes { id user { id } } } } } }",
    "{ businesses(first: 20) { nodes { offers(first: 10) { nodes { id currentVersion { id } } } } } }",
    "{ businesses(first: 20) { nodes { bookings(first: 10, orderBy: START_DESC) { nodes { id notes(first: 2) { nodes { id } } } } } } }",
    "{ businesses(first: 20) { nodes { bookings(first: 5) { nodes { id units { id } payments { id } lines { id } } } } } }",
]


def known_ids() -> list[str]:
    ids: set[str] = set()
    for query in FIND:
        request = urllib.request.Request(
            os.environ["FUZZ_ORIGIN"] + "/graphql",
            data=json.dumps({"query": query}).encode(),
            headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["FUZZ_OWNER"]},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            found = answer.read().decode()
        assert '"errors"' not in found, found
        ids.update(re.findall(r'"id":"([a-z]+_[^"]+)"', found))
    return sorted(ids)


IDS = known_ids()
# Arguments whose names do not begin like the prefix of their ids.
PREFIXES = {"customer": "usr", "user": "usr", "secondaryresource": "res", "booking": "bkg", "note": "not"}
ID_ARGUMENT = re.compile(r'\b(\w*?[iI]ds?): (\[?)"[^"]*"')


PAGE_ARGUMENT = re.compile(r"\b(first|last|limit): -?\d+")


def closer_to_the_world(document: str) -> str:
    """Puts ids that exist, mostly of the right kind, and page sizes that are allowed, in the place of most of those
    that schemathesis thought of: otherwise almost nothing would get past the first check."""
    dice = random.Random(document)

    def real(found: re.Match) -> str:
        if dice.random() < 0.2:
            return found[0]
        name = re.sub(r"ids?$", "", found[1].lower())
        prefix = PREFIXES.get(name, name[:3])
        fitting = [one for one in IDS if one.startswith(prefix)] if dice.random() < 0.9 else []
        return f'{found[1]}: {found[2]}"{dice.choice(fitting or IDS)}"'

    def small(found: re.Match) -> str:
        return found[0] if dice.random() < 0.2 else f"{found[1]}: {dice.randint(1, 5)}"

    return PAGE_ARGUMENT.sub(small, ID_ARGUMENT.sub(real, document))


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
