#!/usr/bin/env python3
"""Which sources of a target may be compiled as one: unity_groups.py ROOT <MANIFEST

MANIFEST has a line "TARGET;SOURCE" for each source. Prints "TARGET;SOURCE;GROUP".

Two sources may mean different things by one name. They are kept apart where one declares for itself
what the other or its headers say, or brings a header whose name is also one of another namespace and
said by the other. It looks at tokens and knows no types: declarations of several names in one
statement, which the style guide forbids, are not understood."""
import functools
import pathlib
import re
import sys

GROUP_BYTES = 64_000  # of source text: what a compiler takes in a few seconds
NOISE = re.compile(r'''//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\d(?:'?[\w.])*|'(?:\\.|[^'\\\n])+\'''', re.S)
TOKEN = re.compile(r"[A-Za-z_]\w*|::|->|\d[\w'.]*|[^\s\w]")
WORD = re.compile(r"[A-Za-z_]\w*$")
KEYWORDS = set("alignas const constexpr consteval constinit decltype else extern final for if inline noexcept "
               "operator override requires return sizeof static static_assert switch typename unsigned while".split())
NAMED_TYPE = {"struct", "class", "union", "enum", "concept"}
TEST_MACROS = {"TEST", "TEST_F", "TEST_P", "TYPED_TEST", "INSTANTIATE_TEST_SUITE_P"}


def tokens_of(text):
    """Its tokens; directives become nothing but for the names that #define sets."""
    text = NOISE.sub(lambda match: " " if match[0].startswith("/") else " 0 ", text)  # literals: 0
    macros = set(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.M))
    return TOKEN.findall(re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", " ", text, flags=re.M)), macros


def statements(tokens):
    """What stands at namespace level, each up to its ";" or body, an unscoped enum with its body: (tokens,
    namespaces); an anonymous namespace is called ""."""
    scopes = []  # names of namespaces, None for a body
    head, parentheses = [], 0
    for token in tokens:
        if None in scopes:
            if token == "{":
                scopes.append(None)
            elif token == "}":
                scopes.pop()
            continue
        parentheses += {"(": 1, ")": -1}.get(token, 0)
        if parentheses > 0 or token not in "{};" or (is_plain_enum(head) and token in "{}"):
            head.append(token)
            continue
        if token == "{" and "namespace" in head:
            scopes.append("".join(head[head.index("namespace") + 1:]))
        else:
            yield head, tuple(scopes)
            if token == "{":
                scopes.append(None)
            elif token == "}" and scopes:
                scopes.pop()
        head = []


def is_plain_enum(head):
    return head[:1] == ["enum"] and head[1:2] not in (["class"], ["struct"])


def names_of(head):
    """Names that a statement declares, each with the statement where two sources may say the same: another
    name of something, or that it is elsewhere. Rather a name too many."""
    if head[:1] in (["using"], ["namespace"]):
        name = head[1] if "=" in head else head[-1]
        return {name: " ".join(head)} if head[1] != "namespace" else {}
    if is_plain_enum(head):
        return {token: "" for token in head[1:2] + head[head.index("{") if "{" in head else 0:] if WORD.match(token)}
    names = {}
    meaning = " ".join(head) if head[:1] == ["extern"] else ""
    parentheses = 0
    kind = False
    for before, token, after in zip([""] + head, head, head[1:] + ["="]):
        parentheses += {"(": 1, ")": -1}.get(token, 0)
        if parentheses == 0 and WORD.match(token) and before != "::" and (kind or after in {"(", "=", "["}):
            names[token] = meaning
        kind = token in NAMED_TYPE or (kind and token in {"[", "nodiscard", "]"})
    return {name: meaning for name, meaning in names.items() if name not in KEYWORDS | TEST_MACROS | NAMED_TYPE}


def declared(tokens):
    """Names declared at namespace level: (name, meaning, namespace, whether no other source can mean it)."""
    for head, scopes in statements(tokens):
        for name, meaning in names_of(head).items():
            yield name, meaning, "::".join(filter(None, scopes)), "" in scopes or "static" in head


def is_alone(tokens):
    """Whether a source has what no name tells: an operator, or all names of another namespace."""
    heads = [head for head, _ in statements(tokens)]
    operators = any("operator" in head and head[head.index("operator") - 1] != "::" for head in heads)
    return operators or any(head[:2] == ["using", "namespace"] and "literals" not in head[-1] for head in heads)


class Source:
    def __init__(self, root, path):
        text = path.read_text(encoding="utf-8")
        self.path = path
        self.size = len(text)
        self.headers = headers_of(root, path)
        tokens, macros = tokens_of(text)
        shared = set().union(*(names_in(header).names for header in self.headers))
        self.own = {name: meaning for name, meaning, _, own in declared(tokens) if own or name not in shared}
        self.own |= dict.fromkeys(macros, "")
        self.said = said_in(tokens)
        self.alone = is_alone(tokens)
        self.ambiguous = ambiguous(root)

    def may_join(self, other):
        return not (self.alone or other.alone or self.confuses(other) or other.confuses(self))

    def confuses(self, other):
        """Whether a name of its own, or one that its headers bring, may have another meaning in the other."""
        unlike = {name for name, meaning in self.own.items() if not meaning or other.own.get(name) != meaning}
        if unlike & other.said or any(unlike & names_in(h).said for h in other.headers - self.headers):
            return True
        return any(names_in(h).names.keys() & other.said & self.ambiguous for h in self.headers - other.headers)


def said_in(tokens):
    """Names that are looked up from where they stand."""
    return {t for before, t in zip([""] + tokens, tokens) if before not in {".", "->", "::"}}


class Header:
    def __init__(self, path):
        tokens, macros = tokens_of(path.read_text(encoding="utf-8"))
        self.names = {name: {""} for name in macros}
        for name, _, space, _ in declared(tokens):
            self.names.setdefault(name, set()).add(space)
        self.said = said_in(tokens)


@functools.lru_cache(maxsize=None)
def names_in(path):
    return Header(path)


@functools.lru_cache(maxsize=None)
def ambiguous(root):
    """Names that headers declare in more than one namespace."""
    where = {}
    for header in root.rglob("*.h"):
        if header.relative_to(root).parts[0] not in {"build", "out"}:
            for name, spaces in names_in(header).names.items():
                where.setdefault(name, set()).update(spaces)
    return {name for name, spaces in where.items() if len(spaces) > 1}


@functools.lru_cache(maxsize=None)
def headers_of(root, path):
    """The project's headers that it includes, and those that they include."""
    found = set()
    waiting = [path]
    while waiting:
        including = waiting.pop()
        for name in re.findall(r'^#include "([^"]+)"', including.read_text(encoding="utf-8"), re.M):
            header = next((folder / name for folder in (root, including.parent) if (folder / name).is_file()), None)
            if header and header not in found:
                found.add(header)
                waiting.append(header)
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
