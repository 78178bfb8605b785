"""Reads JSON as strictly as the platforms do."""
import json

# The hash of the empty text: it says nothing about anybody.
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def parse(text):
    """The value, or a ValueError. NaN and Infinity are not JSON."""
    def refuse(constant):
        raise ValueError(f"{constant} is not JSON")
    return json.loads(text, parse_constant=refuse)


def snake_keys(node, path=""):
    """Names with an underscore: Google reads them, but documents lowerCamelCase for REST."""
    if isinstance(node, dict):
        for key, value in node.items():
            if "_" in key:
                yield f"{path}{key}"
            yield from snake_keys(value, f"{path}{key}.")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from snake_keys(value, f"{path}[{index}].")
