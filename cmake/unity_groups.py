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
               "override requires return sizeof static static_assert switch typename unsigned while".split())
NAMED_TYPE = {"struct", "class", "union", "enum", "concept"}
TEST_MACROS = {"TEST", "TEST_F", "TEST_P", "TYPED_TEST", "INSTANTIATE_TEST_SUITE_P"}


def tokens_of(text):
    """Its tokens; directives become nothing but for the names that #define sets."""
    text = NOISE.sub(lambda match: " " if match[0].startswith("/") else " 0 ", text)
    macros = set(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.M))
    return TOKEN.findall(re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", " ", text, flags=re.M)), macros


def statements(tokens):
    """What stands at namespace level, each up to its ";" or body: (tokens, whether in an anonymous namespace)."""
    scopes = []  # "named", "anonymous" or "body"
    head, parentheses = [], 0
    for token in tokens:
        if "body" in scopes:
            if token == "{":
                scopes.append("body")
            elif token == "}":
                scopes.pop()
            continue
        parentheses += {"(": 1, ")": -1}.get(token, 0)
        if parentheses > 0 or token not in "{};":
            head.append(token)
            continue
        if token == "{" and head[-1:] == ["namespace"]:
            scopes.append("anonymous")
        elif token == "{" and "namespace" in head:
            scopes.append("named")
        else:
            yield head, "anonymous" in scopes
            if token == "{":
                scopes.append("body")
            elif token == "}" and scopes:
                scopes.pop()
        head = []


def names_of(head):
    """Names that a statement declares, each with what it is another name of, if that is all it is (two
    sources may say the same twice). Rather a name too many."""
    if head[:1] in (["using"], ["namespace"]):
        name = head[1] if "=" in head else head[-1]
        return {} if head[1] == "namespace" else {name: " ".join(head)}
    kinds = [at for at, token in enumerate(head) if token in NAMED_TYPE and head[at - 1:at] not in (["<"], [","])]
    if kinds:
        return {next((t for t in head[kinds[0]:] if WORD.match(t) and t not in NAMED_TYPE), ""): ""}
    names = {"operator": ""} if "operator" in head else {}
    parentheses = 0
    for before, token, after in zip([""] + head, head, head[1:] + ["="]):
        parentheses += {"(": 1, ")": -1}.get(token, 0)
        if parentheses == 0 and after in {"(", "=", "["} and WORD.match(token) and before != "::":
            names[token] = ""
    return {name: "" for name in names if name not in KEYWORDS | TEST_MACROS}


def declared(tokens, only_own):
    """Names declared at namespace level; with only_own those that no other source is to see."""
    names = {}
    for head, anonymous in statements(tokens):
        if anonymous or not only_own or "static" in head:
            names.update(names_of(head))
    return names


class Source:
    def __init__(self, root, path):
        text = path.read_text(encoding="utf-8")
        self.path = path
        self.size = len(text)
        tokens, macros = tokens_of(text)
        self.own = declared(tokens, only_own=True) | dict.fromkeys(macros, "")
        self.said = {t for before, t in zip([""] + tokens, tokens) if before not in {".", "->", "::"}}
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
