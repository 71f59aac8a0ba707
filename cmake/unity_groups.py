#!/usr/bin/env python3
"""Which sources of a target may be compiled as one: unity_groups.py ROOT <MANIFEST

MANIFEST has a line "TARGET;SOURCE" for each source. Prints "TARGET;SOURCE;GROUP".

Names of anonymous namespaces belong to one source, and two sources may mean different things by the
same name. So sources are kept apart where one declares for itself what the other says, or what a
header of the other declares. It asks for tokens, not meanings: apart too often, never too rarely."""
import functools
import pathlib
import re
import sys

GROUP_BYTES = 64_000  # of source text: what a compiler takes in a few seconds
NOISE = re.compile(r'''//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+\'''', re.S)
TOKEN = re.compile(r"[A-Za-z_]\w*|::|->|\d[\w'.]*|[^\s\w]")
WORD = re.compile(r"[A-Za-z_]\w*$")
KEYWORDS = set("alignas const constexpr consteval constinit decltype else extern final for if inline noexcept "
               "operator override requires return sizeof static static_assert switch typename unsigned while".split())
NAMED_TYPE = {"struct", "class", "union", "enum", "concept"}
TEST_MACROS = {"TEST", "TEST_F", "TEST_P", "TYPED_TEST", "INSTANTIATE_TEST_SUITE_P"}


def tokens_of(text):
    """Its tokens; directives become nothing but for the names that #define sets."""
    text = NOISE.sub(lambda match: " " if match[0].startswith("/") else " 0 ", text)
    macros = set(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.M))
    return TOKEN.findall(re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", " ", text, flags=re.M)), macros


def after_angles(tokens, at):
    """Behind the <...> that opens at `at`."""
    depth = 0
    while at < len(tokens):
        depth += {"<": 1, ">": -1}.get(tokens[at], 0)
        at += 1
        if depth == 0:
            break
    return at


def declared(tokens, only_own):
    """Names declared at namespace level; with only_own those that no other source is to see. Each
    with what it is another name of, if that is all it is: two sources may say the same twice."""
    names = {}
    scopes = []  # "named", "own" (anonymous) or "body"
    parentheses = 0
    start = 0  # of the present declaration
    at = 0
    while at < len(tokens):
        token = tokens[at]
        level = "body" not in scopes and parentheses == 0
        counts = level and (not only_own or "own" in scopes or "static" in tokens[start:at])
        if level and token == "template" and tokens[at + 1:at + 2] == ["<"]:
            at = after_angles(tokens, at + 1)
            continue
        if level and token in {"using", "namespace"} and ";" in tokens[at:] and "{" not in tokens[at:tokens.index(";", at)]:
            end = tokens.index(";", at)
            if counts and tokens[at + 1] != "namespace":
                names[tokens[at + 1] if "=" in tokens[at:end] else tokens[end - 1]] = " ".join(tokens[at:end])
            at = start = end + 1
            continue
        if counts and token in NAMED_TYPE:
            names[next((t for t in tokens[at + 1:at + 8] if WORD.match(t) and t not in NAMED_TYPE), "")] = ""
        elif counts and token in {"(", "=", "{", ";", "["} and at > 0 and not NAMED_TYPE & set(tokens[start:at]):
            if WORD.match(tokens[at - 1]) and tokens[at - 1] not in KEYWORDS | TEST_MACROS and tokens[at - 2] != "::":
                names[tokens[at - 1]] = ""
            if "operator" in tokens[max(start, at - 4):at]:
                names["operator" + tokens[at - 1]] = ""
        if token in "()":
            parentheses += 1 if token == "(" else -1
        elif token == "{":
            head = tokens[start:at]
            spaced = level and "namespace" in head
            scopes.append(("named" if WORD.match(head[-1]) and head[-1] != "namespace" else "own") if spaced else "body")
            start = at + 1
        elif token == "}":
            if scopes:
                scopes.pop()
            start = at + 1
        elif token == ";":
            start = at + 1
        at += 1
    names.pop("", None)
    return names


class Source:
    def __init__(self, root, path):
        text = path.read_text(encoding="utf-8")
        self.path = path
        self.size = len(text)
        tokens, macros = tokens_of(text)
        self.own = declared(tokens, only_own=True) | dict.fromkeys(macros, "")
        self.said = {t for before, t in zip([""] + tokens, tokens) if before not in {".", "->", "::"}}
        self.said |= {name for name in self.own if name.startswith("operator")}
        self.headers = headers_of(root, path)

    def may_join(self, other):
        return not (self.confuses(other) or other.confuses(self))

    def confuses(self, other):
        """Whether a name of its own has, or gets, another meaning in the other."""
        unlike = {name for name, meaning in self.own.items() if not meaning or other.own.get(name) != meaning}
        return bool(unlike & other.said) or any(unlike & header_names(h) for h in other.headers - self.headers)


@functools.lru_cache(maxsize=None)
def header_names(path):
    tokens, macros = tokens_of(path.read_text(encoding="utf-8"))
    return frozenset(macros.union(declared(tokens, only_own=False)))


@functools.lru_cache(maxsize=None)
def headers_of(root, path):
    """The project's headers that it includes, and those that they include."""
    found = set()
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.M):
        for folder in (root, path.parent):
            header = folder / name
            if header.is_file():
                found |= {header} | headers_of(root, header)
                break
    return frozenset(found)


def groups_of(sources):
    """The sources in groups, each taken by the first group that has room for it."""
    groups = []
    for source in sources:
        for group in groups:
            if sum(s.size for s in group) + source.size <= GROUP_BYTES and all(map(source.may_join, group)):
                group.append(source)
                break
        else:
            groups.append([source])
    return groups


def main(root):
    targets = {}
    for line in sys.stdin.read().splitlines():
        target, path = line.split(";")
        targets.setdefault(target, []).append(Source(root, pathlib.Path(path)))
    for target, sources in targets.items():
        for number, group in enumerate(groups_of(sources)):
            for source in group:
                print(f"{target};{source.path};{number}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
