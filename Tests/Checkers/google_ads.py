"""Checks the body of POST /v26/customers/{customer}:uploadClickConversions.

Shape: a strict parse (no unknown field, no wrong type or value) into the class of the official package google-ads.
Rules: the limits and combinations that the API documents.
"""
import math, re

from google.ads.googleads.v26.services.types.conversion_upload_service import UploadClickConversionsRequest
from google.protobuf import json_format

from reading import EMPTY_HASH as EMPTY, snake_keys

HEX = re.compile(r"^[0-9a-f]{64}$")
DT = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d$")
ACTION = re.compile(r"^customers/\d{1,19}/conversionActions/\d{1,19}$")
VARIABLE = re.compile(r"^customers/\d{1,19}/conversionCustomVariables/\d{1,19}$")
ALLOWLISTED = ("userIpAddress", "sessionAttributesEncoded", "sessionAttributesKeyValuePairs")


def complaints(body, now=None):
    """Everything that is wrong with the body."""
    if not isinstance(body, dict):
        return ["the body is not an object"]
    bad = [f"{key}: write lowerCamelCase in REST bodies" for key in snake_keys(body)]
    try:
        json_format.ParseDict(body, UploadClickConversionsRequest.pb(UploadClickConversionsRequest()))
    except Exception as error:  # ParseError and ValueError alike
        bad.append(f"shape: {error}")
    return bad or rules(body)


def rules(body):
    out = []
    if body.get("partialFailure") is not True:
        out.append("partialFailure must be true")
    conv = body.get("conversions") or []
    if not 1 <= len(conv) <= 2000:
        out.append(f"conversions: {len(conv)} entries, must be 1..2000")
    if "jobId" in body and not 0 <= int(body["jobId"]) < 2 ** 31:
        out.append("jobId outside [0, 2^31)")
    if "customerId" in body and not re.match(r"^\d{10}$", str(body["customerId"])):
        out.append("customerId must be 10 digits without dashes")
    seen_click, seen_order = set(), set()
    for i, c in enumerate(conv):
        p = f"conversions[{i}]"
        if not ACTION.match(c.get("conversionAction", "")):
            out.append(f"{p}.conversionAction is not customers/N/conversionActions/N")
        if not DT.match(c.get("conversionDateTime", "")):
            out.append(f"{p}.conversionDateTime is not 'yyyy-mm-dd hh:mm:ss+hh:mm'")
        ids = [k for k in ("gclid", "gbraid", "wbraid") if c.get(k)]
        if "gbraid" in ids and "wbraid" in ids:
            out.append(f"{p}: gbraid and wbraid together (GBRAID_WBRAID_BOTH_SET)")
        users = c.get("userIdentifiers") or []
        if not ids and not users:
            out.append(f"{p}: no click id and no user identifier")
        if len(users) > 5:
            out.append(f"{p}: {len(users)} userIdentifiers, at most 5")
        for j, u in enumerate(users):
            kinds = [k for k in u if k != "userIdentifierSource"]
            if len(kinds) != 1:
                out.append(f"{p}.userIdentifiers[{j}] must carry exactly one identifier")
                continue
            k = kinds[0]
            if k not in ("hashedEmail", "hashedPhoneNumber"):
                out.append(f"{p}.userIdentifiers[{j}].{k}: only hashedEmail and hashedPhoneNumber are supported here")
            elif not HEX.match(u[k]):
                out.append(f"{p}.userIdentifiers[{j}].{k} is not 64 lower-case hex digits")
            elif u[k] == EMPTY:
                out.append(f"{p}.userIdentifiers[{j}].{k} is the hash of the empty string")
        if "conversionValue" in c and not math.isfinite(float(c["conversionValue"])):
            out.append(f"{p}.conversionValue is not finite")
        if c.get("currencyCode") and not re.match(r"^[A-Z]{3}$", c["currencyCode"]):
            out.append(f"{p}.currencyCode is not three capital letters")
        if not c.get("orderId"):
            out.append(f"{p}.orderId is missing: a repeated delivery could not be recognised")
        for v in c.get("customVariables") or []:
            if not VARIABLE.match(v.get("conversionCustomVariable", "")):
                out.append(f"{p}.customVariables: not customers/N/conversionCustomVariables/N")
        if c.get("customVariables") and ("gbraid" in ids or "wbraid" in ids):
            out.append(f"{p}: custom variables do not go with gbraid or wbraid")
        if "@" in c.get("orderId", ""):
            out.append(f"{p}.orderId looks like an e-mail address (ORDER_ID_CONTAINS_PII)")
        for k in ALLOWLISTED:
            if k in c:
                out.append(f"{p}.{k} is open to allowlisted callers only")
        key = (c.get("conversionAction"), tuple(c.get(k) for k in ids), c.get("conversionDateTime"))
        if ids and key in seen_click:
            out.append(f"{p}: same click and time twice in one request (DUPLICATE_CLICK_CONVERSION_IN_REQUEST)")
        seen_click.add(key)
        ok = (c.get("conversionAction"), c.get("orderId"))
        if c.get("orderId") and ok in seen_order:
            out.append(f"{p}: same orderId twice in one request (DUPLICATE_ORDER_ID)")
        seen_order.add(ok)
    return out
