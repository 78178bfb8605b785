"""Checks the body of POST /v26.0/{pixel}/events of Meta's Conversions API.

Shape: field names and types are read from the official package's own classes (Event, UserData, CustomData … in facebook-business).
Rules: hashes, ids, times and the combinations that an action source needs; ages where it is known when the body was made.
"""
import ipaddress, math, re

from reading import EMPTY_HASH as EMPTY

HEX = re.compile(r"^[0-9a-f]{64}$")
FBC = re.compile(r"^fb\.[0-9]\.\d{13}\.[^.\s]+(\.[A-Za-z0-9_-]{2,8})?$")
FBP = re.compile(r"^fb\.[0-9]\.\d{13}\.\d+(\.[A-Za-z0-9_-]{2,8})?$")
HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "f5first", "f5last", "fi", "dobd", "dobm", "doby")
EXTRA_TOP = {"access_token": "str", "appsecret_proof": "str", "platforms": "list", "progress": "any", "trace": "int"}
LEAD_EXTRAS = {"lead_event_source": "str", "event_source": "str"}  # CRM keys, not SDK properties


def sdk():
    """Names and types as the official package has them."""
    from facebook_business.adobjects.serverside.event import Event
    from facebook_business.adobjects.serverside.user_data import UserData
    from facebook_business.adobjects.serverside.custom_data import CustomData
    from facebook_business.adobjects.serverside.content import Content
    from facebook_business.adobjects.serverside.event_request import EventRequest
    from facebook_business.adobjects.serverside.app_data import AppData
    from facebook_business.adobjects.serverside.attribution_data import AttributionData
    from facebook_business.adobjects.serverside.original_event_data import OriginalEventData
    from facebook_business.adobjects.serverside.action_source import ActionSource
    from facebook_business.adobjects.serverside.messaging_channel import MessagingChannel
    from facebook_business.adobjects.serverside.delivery_category import DeliveryCategory
    from facebook_business.adobjects.serverside.gender import Gender
    full = UserData(email="a@b.co", phone="16505551212", gender=Gender.MALE, date_of_birth="19970216", last_name="x", first_name="x",
                    city="x", state="x", zip_code="94025", country_code="us", external_id="x", client_ip_address="203.0.113.1",
                    client_user_agent="x", fbc="x", fbp="x", subscription_id="x", fb_login_id="x", lead_id="1", f5first="x",
                    f5last="x", fi="x", dobd="1", dobm="1", doby="1997", madid="x", anon_id="x", ctwa_clid="x", page_id="x")
    top = {("data" if k == "events" else k): ("list" if k == "events" else v) for k, v in EventRequest.param_types.items()}
    top.update(EXTRA_TOP)
    content = {("id" if k == "product_id" else k): v for k, v in Content.param_types.items()}
    return dict(top=top, event=Event.param_types, user=set(full.normalize()), custom=CustomData.param_types, content=content,
                app=AppData.param_types, attribution=AttributionData.param_types, original=OriginalEventData.param_types,
                sources={e.value for e in ActionSource}, channels={e.value for e in MessagingChannel},
                delivery={e.value for e in DeliveryCategory})


def typed(v, t):
    if t == "any":
        return True
    if t in ("str", "ctwa_clid", "page_id") or t[0].isupper():
        return isinstance(v, str)
    if t == "int":
        return isinstance(v, int) and not isinstance(v, bool)
    if t == "float":
        return isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)
    if t == "bool":
        return isinstance(v, bool)
    if t == "dict":
        return isinstance(v, dict)
    if t == "list":
        return isinstance(v, list)
    if t.startswith("list["):
        return isinstance(v, list)
    return True


def fields(node, types, path, out, loose=False):
    for k, v in node.items():
        if k not in types:
            if not loose:
                out.append(f"{path}.{k}: the official SDK has no such field")
            continue
        if v is None:
            out.append(f"{path}.{k} is null, leave it out")
        elif types[k] in ("UserData", "CustomData", "AppData", "OriginalEventData", "AttributionData"):
            if not isinstance(v, dict):
                out.append(f"{path}.{k} must be an object")
        elif not typed(v, types[k]):
            out.append(f"{path}.{k} must be {types[k]}")


def check_user(u, p, S, out):
    for k, v in u.items():
        if k not in S["user"]:
            out.append(f"{p}.{k}: the official SDK has no such field")
            continue
        vals = v if isinstance(v, list) else [v]
        if isinstance(v, list) and not v:
            out.append(f"{p}.{k} is an empty list")
        if k in ("client_ip_address", "client_user_agent", "fbc", "fbp", "lead_id", "subscription_id", "fb_login_id") and isinstance(v, list):
            out.append(f"{p}.{k} takes one value, not a list")
        for x in vals:
            if k == "lead_id" and isinstance(x, int) and not isinstance(x, bool):
                x = str(x)
            if not isinstance(x, str):
                out.append(f"{p}.{k} must be a string")
            elif not x.strip():
                out.append(f"{p}.{k} is blank")
            elif k in HASHED and not HEX.match(x):
                out.append(f"{p}.{k} is not 64 lower-case hex digits")
            elif k in HASHED and x == EMPTY:
                out.append(f"{p}.{k} is the hash of the empty string")
            elif k in ("client_ip_address", "client_user_agent", "fbc", "fbp") and HEX.match(x):
                out.append(f"{p}.{k} must not be hashed")
            elif k == "client_ip_address":
                try:
                    ipaddress.ip_address(x)
                except ValueError:
                    out.append(f"{p}.client_ip_address is not an IP address")
            elif k == "fbc" and not FBC.match(x):
                out.append(f"{p}.fbc is not fb.<subdomainIndex>.<ms>.<fbclid>")
            elif k == "fbp" and not FBP.match(x):
                out.append(f"{p}.fbp is not fb.<subdomainIndex>.<ms>.<random>")
            elif k == "lead_id" and not re.match(r"^\d{15,17}$", x):
                out.append(f"{p}.lead_id is not 15 to 17 digits")


S = sdk()


def complaints(body, now=None):
    """Everything that is wrong with the body; `now` in Unix seconds."""
    out = []
    if not isinstance(body, dict):
        return ["the body is not an object"]
    fields(body, S["top"], "body", out)
    data = body.get("data")
    if not isinstance(data, list):
        out.append("data must be a list of event objects")
        data = []
    elif not 1 <= len(data) <= 1000:
        out.append(f"data: {len(data)} events, must be 1..1000")
    if "appsecret_proof" in body and not HEX.match(str(body["appsecret_proof"])):
        out.append("appsecret_proof is not 64 lower-case hex digits")
    seen = set()
    for i, e in enumerate(data):
        p = f"data[{i}]"
        if not isinstance(e, dict):
            out.append(f"{p} must be an object")
            continue
        fields(e, S["event"], p, out)
        u, c = e.get("user_data"), e.get("custom_data")
        if isinstance(u, dict):
            check_user(u, p + ".user_data", S, out)
        if isinstance(c, dict):
            types = dict(S["custom"]); types.pop("custom_properties", None); types.update(LEAD_EXTRAS)
            fields(c, types, p + ".custom_data", out, loose=True)
            for j, x in enumerate(c.get("contents") or []):
                if isinstance(x, dict):
                    t = dict(S["content"]); t["quantity"] = "any"
                    fields(x, t, f"{p}.custom_data.contents[{j}]", out)
        for key, part in (("app_data", "app"), ("attribution_data", "attribution"), ("original_event_data", "original")):
            if isinstance(e.get(key), dict):
                t = dict(S[part])
                if key == "app_data":
                    t["extinfo"] = "list"
                fields(e[key], t, f"{p}.{key}", out, loose=(key == "app_data"))
        for k in ("event_name", "event_time", "action_source", "user_data"):
            if not e.get(k):
                out.append(f"{p}.{k} is required")
        if e.get("action_source") and e["action_source"] not in S["sources"]:
            out.append(f"{p}.action_source is none of {sorted(S['sources'])}")
        if not e.get("event_id"):
            out.append(f"{p}.event_id is missing: a repeated delivery could not be recognised")
        elif (e.get("event_name"), e["event_id"]) in seen:
            out.append(f"{p}: event_name and event_id occur twice in this request")
        seen.add((e.get("event_name"), e.get("event_id")))
        if e.get("action_source") == "website":
            if not e.get("event_source_url"):
                out.append(f"{p}.event_source_url is required for website events")
            if not (u or {}).get("client_user_agent"):
                out.append(f"{p}.user_data.client_user_agent is required for website events")
        t = e.get("event_time")
        if isinstance(t, int) and not isinstance(t, bool):
            if not 10 ** 9 <= t < 10 ** 10:
                out.append(f"{p}.event_time is not Unix seconds")
            elif now is not None:
                days = 62 if e.get("action_source") == "physical_store" else 7
                if t < now - days * 86400:
                    out.append(f"{p}.event_time is more than {days} days old")
                if t > now + 60:
                    out.append(f"{p}.event_time lies in the future")
        if isinstance(u, dict) and u and not set(u) - {"client_user_agent", "page_id"}:
            out.append(f"{p}.user_data: a user agent alone identifies nobody")
        c = c if isinstance(c, dict) else {}
        if c.get("currency") and not re.match(r"^[A-Za-z]{3}$", str(c["currency"])):
            out.append(f"{p}.custom_data.currency is not three letters")
        if e.get("event_name") == "Purchase" and not ("value" in c and c.get("currency")):
            out.append(f"{p}: Purchase needs custom_data.value and currency")
        dpo = e.get("data_processing_options")
        if dpo is not None:
            if not isinstance(dpo, list) or any(x != "LDU" for x in dpo):
                out.append(f"{p}.data_processing_options must be [] or [\"LDU\"]")
            elif "LDU" in dpo:
                for k in ("data_processing_options_country", "data_processing_options_state"):
                    if k not in e:
                        out.append(f"{p}.{k} must accompany LDU (0 lets Meta geolocate)")
    return out
