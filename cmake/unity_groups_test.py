#!/usr/bin/env python3
"""Which sources unity_groups.py takes together."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import unity_groups  # noqa: E402


class UnityGroupsTest(unittest.TestCase):
    def groups(self, *texts, **headers):
        """The sources of the given texts in groups, by their numbers."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            for name, text in headers.items():
                (root / f"{name}.h").write_text(text)
            for number, text in enumerate(texts):
                (root / f"{number}.cpp").write_text(text)
            sources = [unity_groups.Source(root, root / f"{number}.cpp") for number in range(len(texts))]
            return [[int(s.path.stem) for s in group] for group in unity_groups.groups_of(sources)]

    def test_names_of_their_own_that_differ_are_no_reason(self):
        self.assertEqual(self.groups("namespace { int Left() { return 1; } }", "namespace { int Right(); }"), [[0, 1]])

    def test_the_same_name_of_their_own_is(self):
        for text in ("namespace a { namespace { constexpr int kSize = 2; } }", "static int kSize = 3;", "#define kSize 3",
                     "namespace { struct kSize {}; }", "namespace { std::function<void(int)> kSize; }",
                     "namespace { template <typename T> T kSize(T t) { return t; } }"):
            with self.subTest(text):
                self.assertEqual(self.groups("namespace { const int kSize = 1; }", text), [[0], [1]])

    def test_what_the_other_says_without_a_qualifier_may_be_meant_otherwise(self):
        own = "namespace { void Join(); }"
        self.assertEqual(self.groups(own, "void f() { Join(); }"), [[0], [1]])
        self.assertEqual(self.groups(own, "void f() { text::Join(); path.Join(); p->Join(); }"), [[0, 1]])
        self.assertEqual(self.groups(own, 'void f() { g("Join"); /* Join */ }  // Join'), [[0, 1]])

    def test_what_is_declared_in_a_body_is_nobody_elses(self):
        self.assertEqual(self.groups("namespace { int F() { int size = 1; return size; } }", "int G(int size);"), [[0, 1]])

    def test_a_name_for_the_same_thing_may_be_said_twice(self):
        alias = "namespace { namespace fs = std::filesystem; using Json = nlohmann::json; using text::Words; }"
        self.assertEqual(self.groups(alias, alias), [[0, 1]])
        self.assertEqual(self.groups(alias, "namespace { using Json = Other; }"), [[0], [1]])

    def test_a_header_of_the_other_may_declare_it(self):
        own = "namespace { int kMark = 1; }"
        self.assertEqual(self.groups(own, '#include "outer.h"', outer='#include "inner.h"', inner="extern int kMark;"),
                         [[0], [1]])
        self.assertEqual(self.groups('#include "inner.h"\n' + own, '#include "inner.h"', inner="extern int kMark;"), [[0, 1]])

    def test_names_outside_anonymous_namespaces_are_its_own_unless_a_header_declares_them(self):
        own = "namespace a { constexpr int kLimit = 5; }"
        self.assertEqual(self.groups(own, "int f() { return kLimit; }"), [[0], [1]])
        self.assertEqual(self.groups('#include "a.h"\nnamespace a { int F() { return 1; } }', "int g() { return F(); }",
                                     a="namespace a { int F(); }"), [[0, 1]])

    def test_its_own_name_may_be_that_of_something_in_its_headers(self):
        self.assertEqual(self.groups('#include "s.h"\nnamespace a { namespace { int Status(); } }', 'int f() { Status s; }',
                                     s="struct Status {};"), [[0], [1]])

    def test_enumerators_count(self):
        other = "int f() { return kName; }"
        self.assertEqual(self.groups("namespace { enum Column { kName, kOther }; }", other), [[0], [1]])
        self.assertEqual(self.groups("namespace { enum class Column { kName, kOther }; }", other), [[0, 1]])

    def test_a_function_that_takes_an_elaborated_type(self):
        self.assertEqual(self.groups("namespace { int OnRead(struct archive*, void*); }", "int f() { return OnRead(0, 0); }"),
                         [[0], [1]])

    def test_what_no_name_tells_is_alone(self):
        for text in ("namespace { bool operator<(Level a, Level b); }", "using namespace other;"):
            with self.subTest(text):
                self.assertEqual(self.groups(text, "int f();"), [[0], [1]])
        self.assertEqual(self.groups("using namespace std::string_view_literals; bool A::operator<(A b) { return b; }",
                                     "int f();"), [[0, 1]])

    def test_digit_separators_are_no_characters(self):
        self.assertEqual(self.groups("namespace { constexpr T kDay = T{3'600} * 10'000; int Move(); }",
                                     "int f() { return Move(); }"), [[0], [1]])

    def test_a_header_may_bring_another_meaning(self):
        headers = {"outer": "namespace w { int Trim(int); }", "inner": "namespace w::r { int Trim(int); }"}
        self.assertEqual(self.groups('#include "inner.h"', '#include "outer.h"\nint f() { return Trim(1); }', **headers),
                         [[0], [1]])
        self.assertEqual(self.groups("namespace { int Trim(); }", '#include "x.h"', x="inline int f() { return Trim(); }"),
                         [[0], [1]])

    def test_headers_that_include_each_other(self):
        self.assertEqual(self.groups('#include "a.h"', "", a='#include "b.h"', b='#include "a.h"'), [[0, 1]])

    def test_a_group_has_an_end(self):
        half = "// " + "x" * (unity_groups.GROUP_BYTES // 2)
        self.assertEqual(self.groups(half, half, half, "int f();"), [[0, 3], [1], [2]])


if __name__ == "__main__":
    unittest.main()
