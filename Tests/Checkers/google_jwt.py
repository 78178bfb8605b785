"""Checks a service account's assertion (RFC 7523), as Google wants it: parts, claims, life, signature."""
import base64, json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

AUDIENCE = "https://oauth2.googleapis.com/token"


def b64(text):
    if "=" in text:
        raise ValueError("base64url must be unpadded")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def complaints(record, now):
    """`record` has the assertion, the public key that verifies it (`pem`), and what it should say: `iss`, `kid`, `scope`."""
    try:
        header, claims, signature = record["assertion"].split(".")
        head, said, signed = json.loads(b64(header)), json.loads(b64(claims)), b64(signature)
    except ValueError as error:
        return [f"not a compact JWT: {error}"]
    out = []
    try:
        key = serialization.load_pem_public_key(record["pem"].encode())
        key.verify(signed, f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        out.append("the signature does not verify (RS256)")
    if head.get("alg") != "RS256" or head.get("typ", "JWT") != "JWT":
        out.append("the header must be alg RS256, typ JWT")
    if head.get("kid") != record["kid"]:
        out.append("kid differs from the key file's private_key_id")
    if said.get("iss") != record["iss"]:
        out.append("iss is not the service account's client_email")
    if said.get("aud") != AUDIENCE:
        out.append("aud is not the token endpoint")
    if sorted(str(said.get("scope", "")).split()) != sorted(record["scope"].split()):
        out.append("scope differs")
    issued, expires = said.get("iat"), said.get("exp")
    if not (isinstance(issued, int) and isinstance(expires, int)):
        out.append("iat and exp must be integers")
    else:
        if not 0 < expires - issued <= 3600:
            out.append("exp must be at most 3600 s after iat")
        if not issued - 60 <= now < expires:
            out.append("the assertion is not valid when it is made")
    return out
