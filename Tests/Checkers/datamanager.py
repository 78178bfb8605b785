"""Checks the body of POST /v1/events:ingest of the Data Manager API, for Google Ads destinations.

Shape: a strict parse into the class of the official package google-ads-datamanager.
Rules: documented limits and the field combinations that offline conversions need.
"""
import base64, binascii, copy, math, re

from google.ads.datamanager_v1.types import IngestEventsRequest
from google.protobuf import json_format

from reading import EMPTY_HASH as EMPTY, snake_keys

HEX = re.compile(r"^[0-9a-f]{64}$")
TS = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$")
MAX_EVENTS, MAX_DEST, MAX_IDS = 2000, 10, 10


def complaints(body, now=None):
    """Everything that is wrong with the body."""
    if not isinstance(body, dict):
        return ["the body is not an object"]
    bad = [f"{key}: write lowerCamelCase in REST bodies" for key in snake_keys(body)]
    try:
        json_format.ParseDict(drop_new(copy.deepcopy(body)), IngestEventsRequest.pb(IngestEventsRequest()))
    except Exception as error:  # ParseError and ValueError alike
        bad.append(f"shape: {error}")
    return bad or rules(body)


def drop_new(body):
    """Takes out what release 1.9 of the API added after the package was made."""
    for event in body.get("events") or []:
        if isinstance(event, dict):
            event.pop("callInfo", None)
            if isinstance(event.get("adIdentifiers"), dict):
                event["adIdentifiers"].pop("leadId", None)
    return body


def hashed(v, encoding):
    if encoding == "HEX":
        return bool(HEX.match(v)) and v != EMPTY
    if encoding == "BASE64":
        try:
            return len(base64.b64decode(v, validate=True)) == 32
        except (binascii.Error, ValueError):
            return False
    return False


def rules(body):
    out = []
    dest = body.get("destinations") or []
    if not 1 <= len(dest) <= MAX_DEST:
        out.append(f"destinations: {len(dest)}, must be 1..{MAX_DEST}")
    refs = []
    for i, d in enumerate(dest):
        p = f"destinations[{i}]"
        for name in ("operatingAccount", "loginAccount", "linkedAccount"):
            a = d.get(name)
            if a is None:
                if name == "operatingAccount":
                    out.append(f"{p}.operatingAccount is required")
                continue
            if "accountType" not in a:
                out.append(f"{p}.{name}.accountType is required")
            if "product" in a:
                out.append(f"{p}.{name}.product is deprecated, use accountType")
            if a.get("accountType") == "GOOGLE_ADS" and not re.match(r"^\d{10}$", a.get("accountId", "")):
                out.append(f"{p}.{name}.accountId must be 10 digits without dashes")
        if not re.match(r"^\d+$", d.get("productDestinationId", "")):
            out.append(f"{p}.productDestinationId must be the numeric conversion action id")
        if d.get("reference"):
            refs.append(d["reference"])
    if len(refs) != len(set(refs)):
        out.append("two destinations share a reference (DUPLICATE_DESTINATION_REFERENCE)")
    ev = body.get("events") or []
    if not 1 <= len(ev) <= MAX_EVENTS:
        out.append(f"events: {len(ev)}, must be 1..{MAX_EVENTS}")
    enc = body.get("encoding")
    tids = set()
    for i, e in enumerate(ev):
        p = f"events[{i}]"
        if not TS.match(e.get("eventTimestamp", "")):
            out.append(f"{p}.eventTimestamp is not RFC 3339 with an offset")
        if e.get("eventSource", "EVENT_SOURCE_UNSPECIFIED") == "EVENT_SOURCE_UNSPECIFIED":
            out.append(f"{p}.eventSource is required for offline conversions")
        tid = e.get("transactionId")
        if not tid:
            out.append(f"{p}.transactionId is missing: a repeated delivery could not be recognised")
        if tid:
            if len(tid) > 64:
                out.append(f"{p}.transactionId is longer than 64 characters")
            if "@" in tid:
                out.append(f"{p}.transactionId looks like an e-mail address")
            key = (tid, tuple(e.get("destinationReferences") or []))
            if key in tids:
                out.append(f"{p}.transactionId occurs twice in this request")
            tids.add(key)
        for r in e.get("destinationReferences") or []:
            if r not in refs:
                out.append(f"{p}.destinationReferences names {r!r}, which no destination has")
        ad = e.get("adIdentifiers") or {}
        users = (e.get("userData") or {}).get("userIdentifiers") or []
        if not any(ad.get(k) for k in ("gclid", "gbraid", "wbraid", "leadId", "sessionAttributes")) and not users:
            out.append(f"{p}: no click id and no user data (NO_IDENTIFIERS_PROVIDED)")
        if "userData" in e:
            if enc not in ("HEX", "BASE64"):
                out.append("encoding (HEX or BASE64) is required when userData is sent")
            if not 1 <= len(users) <= MAX_IDS:
                out.append(f"{p}.userData.userIdentifiers: {len(users)}, must be 1..{MAX_IDS}")
        for j, u in enumerate(users):
            q = f"{p}.userData.userIdentifiers[{j}]"
            if len(u) != 1:
                out.append(f"{q} must carry exactly one identifier")
                continue
            k, v = next(iter(u.items()))
            if k in ("emailAddress", "phoneNumber"):
                if not hashed(v, enc):
                    out.append(f"{q}.{k} is not a SHA-256 in {enc} (INVALID_SHA256_FORMAT)")
            elif k == "address":
                for f in ("givenName", "familyName", "regionCode", "postalCode"):
                    if not v.get(f):
                        out.append(f"{q}.address.{f} is required")
                for f in ("givenName", "familyName"):
                    if v.get(f) and not hashed(v[f], enc):
                        out.append(f"{q}.address.{f} is not a SHA-256 in {enc}")
                if v.get("regionCode") and not re.match(r"^[A-Z]{2}$", v["regionCode"]):
                    out.append(f"{q}.address.regionCode is not two capital letters (sent in clear)")
        if "conversionValue" in e and not math.isfinite(float(e["conversionValue"])):
            out.append(f"{p}.conversionValue is not finite")
        if e.get("currency") and not re.match(r"^[A-Z]{3}$", e["currency"]):
            out.append(f"{p}.currency is not three capital letters")
    return out
