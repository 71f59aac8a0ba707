#include "scanner/engine/packed_groups.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace whfb::engine {

namespace {

BundleGroup GroupOf(std::size_t number) {
  const std::string name = "PC-" + std::to_string(number);
  BundleGroup group{.key = "pc-" + std::to_string(number)};
  group.bundles.push_back({.place = {"/in/" + name + ".zip", name + ".zip"},
                           .kind = InputKind::kArchive,
                           .diagnostics = true,
                           .name_hint = name,
                           .collected = {1, 2},
                           .number = static_cast<std::uint32_t>(number)});
  if (number % 2 == 1) {
    group.bundles.push_back({.place = {"/in/x\x01", "x_"},
                             .kind = InputKind::kFolder,
                             .is_root = true,
                             .set_aside = {"a.ldif", "b.xml"}});
  }
  return group;
}

void ExpectSame(const BundleGroup& group, const BundleGroup& expected) {
  EXPECT_EQ(group.key, expected.key);
  ASSERT_EQ(group.bundles.size(), expected.bundles.size());
  for (std::size_t i = 0; i < group.bundles.size(); ++i) {
    const BundleInput& one = group.bundles[i];
    const BundleInput& other = expected.bundles[i];
    EXPECT_EQ(one.place.path(), other.place.path());
    EXPECT_EQ(one.place.file(), other.place.file());
    EXPECT_EQ(one.kind, other.kind);
    EXPECT_EQ(one.is_root, other.is_root);
    EXPECT_EQ(one.diagnostics, other.diagnostics);
    EXPECT_EQ(one.name_hint, other.name_hint);
    EXPECT_EQ(one.collected, other.collected);
    EXPECT_EQ(one.number, other.number);
    EXPECT_EQ(one.set_aside, other.set_aside);
  }
}

TEST(PackedGroups, GiveEachGroupBackAlsoWhenThoseBeforeItAreGone) {
  constexpr std::size_t kCount = 10'000;  // several blocks
  std::vector<BundleGroup> groups;
  for (std::size_t i = 0; i < kCount; ++i) {
    groups.push_back(GroupOf(i));
  }
  PackedGroups packed(std::move(groups));
  ASSERT_EQ(packed.size(), kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    ExpectSame(packed.Get(i), GroupOf(i));
    packed.Release(i);
  }
}

TEST(PackedGroups, MayBeNone) {
  EXPECT_EQ(PackedGroups({}).size(), 0U);
}

TEST(BundlePlace, SharesTheTextOfPathAndName) {
  const BundlePlace ends("/in/site/PC-1.zip", "site/PC-1.zip");
  EXPECT_EQ(ends.path(), "/in/site/PC-1.zip");
  EXPECT_EQ(ends.file(), "site/PC-1.zip");
  const BundlePlace differs("/in/P\x01.zip", "P%01.zip");
  EXPECT_EQ(differs.path(), "/in/P\x01.zip");
  EXPECT_EQ(differs.file(), "P%01.zip");
  EXPECT_EQ(BundlePlace().path(), "");
}

TEST(BundlePlace, ComesInTheOrderOfNamesThenPaths) {
  EXPECT_LT(BundlePlace("/z/a", "a"), BundlePlace("/a/b", "b"));
  EXPECT_LT(BundlePlace("/a/x", "x"), BundlePlace("/b/x", "x"));
}

}  // namespace

}  // namespace whfb::engine
