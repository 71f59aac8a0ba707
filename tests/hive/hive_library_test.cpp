// Key by key and byte by byte against hivex and libregf, over every hive of the shared data: the
// same keys, times, values, types and data. Where they differ, Ruling() says why and who is right;
// a difference without a ruling fails.

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "samples/hive_writer.h"
#include "tests/hive/library_walk.h"

namespace whfb::test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kText = 1;
constexpr std::uint32_t kExpandText = 2;

// libregf 20201007 hands out the wrong end of data that lies in the value itself and is shorter
// than four bytes; hivex and the specification ("stored as is in the beginning of the Data offset
// field") agree with us.
bool IsShortResident(const SeenValue& ours, const SeenValue& theirs) {
  return ours.data.size() < 4 && ours.type == theirs.type && ours.data.size() == theirs.data.size();
}

// libregf 20201007 treats text as UTF-16 that ends at its first NUL, drops what follows, and pads
// an odd size; we give the bytes that the value holds, as hivex and RegQueryValueEx do.
bool IsTrimmedText(const SeenValue& ours, const SeenValue& theirs) {
  const std::size_t common = std::min(ours.data.size(), theirs.data.size());
  return (ours.type == kText || ours.type == kExpandText) && ours.type == theirs.type &&
         std::equal(ours.data.begin(),
                    ours.data.begin() + static_cast<std::ptrdiff_t>(common - common % 2),
                    theirs.data.begin());
}

enum class Library : std::uint8_t { kHivex, kLibregf };

bool SameValue(const SeenValue& ours, const SeenValue& theirs, Library library) {
  return ours == theirs || (library == Library::kLibregf &&
                            (IsShortResident(ours, theirs) || IsTrimmedText(ours, theirs)));
}

void CompareKeys(const std::string& path,
                 const SeenKey& ours,
                 const SeenKey& theirs,
                 Library library,
                 std::vector<std::string>& differences) {
  if (ours.last_written != theirs.last_written) {
    differences.push_back("time of " + path);
  }
  if (ours.values.size() != theirs.values.size()) {
    differences.push_back("number of values of " + path);
  }
  for (const auto& [name, value] : theirs.values) {
    const auto [first, last] = ours.values.equal_range(name);
    const bool same = std::any_of(first, last, [&, &theirs_value = value](const auto& one) {
      return SameValue(one.second, theirs_value, library);
    });
    if (!same) {
      differences.push_back(std::string("value ").append(path).append(" : ").append(name));
    }
  }
}

std::vector<std::string> Compare(const SeenHive& ours, const SeenHive& theirs, Library library) {
  std::vector<std::string> differences;
  for (const auto& [path, key] : theirs) {
    const auto own = ours.find(path);
    if (own == ours.end()) {
      differences.push_back("only theirs: " + path);
    } else {
      CompareKeys(path, own->second, key, library, differences);
    }
  }
  for (const auto& [path, key] : ours) {
    if (!theirs.contains(path)) {
      differences.push_back("only ours: " + path);
    }
  }
  return differences;
}

// The differences that are known and judged, by file.
std::vector<std::string> Ruling(const std::string& file) {
  if (file == "special") {
    // A NUL inside the name (the hive was made to have one): both libraries hand names out as C
    // strings and cut it.
    return {"only theirs: zero", std::string("only ours: zero\0key", 19)};
  }
  if (file == "BadListHive") {
    // The keys 2 and 3 share one list. Its subkey names 3 as its parent, so it is not 2's.
    return {"only theirs: 2\\subkey"};
  }
  return {};
}

class LibraryTest : public testing::TestWithParam<fs::path> {
 protected:
  static void Check(const std::optional<SeenHive>& theirs, Library library) {
    if (!theirs) {
      // corrupted_system_hive (most of its bins are zeros) and TruncatedHive: there is no other
      // opinion, and all that we may not do is nothing.
      GTEST_SKIP() << "the library refuses " << GetParam();
    }
    const Bytes hive = ReadBytes(GetParam());
    for (const Way way : {Way::kMemory, Way::kCache}) {
      EXPECT_EQ(Compare(WalkHive(hive, way).keys, *theirs, library),
                Ruling(GetParam().filename().string()));
    }
  }
};

TEST_P(LibraryTest, HivexSaysTheSame) {
  if (!HasHivex()) {
    GTEST_SKIP() << "built without hivex (libhivex-dev)";
  }
  Check(WalkWithHivex(GetParam()), Library::kHivex);
}

TEST_P(LibraryTest, LibregfSaysTheSame) {
  if (!HasLibregf()) {
    GTEST_SKIP() << "built without libregf (libregf-dev, libbfio-dev)";
  }
  Check(WalkWithLibregf(GetParam()), Library::kLibregf);
}

INSTANTIATE_TEST_SUITE_P(All,
                         LibraryTest,
                         testing::ValuesIn(SharedHives()),
                         [](const auto& parameter) {
                           std::string name = std::to_string(parameter.index) + "_" +
                                              parameter.param.filename().string();
                           std::ranges::replace_if(
                               name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LibraryTest);

TEST(SharedHivesTest, AreThere) {
  if (SharedHives().empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/hive: nothing is compared with real hives";
  }
  EXPECT_GE(SharedHives().size(), 20U);
}

// The writer's hives are what the libraries take for hives, whatever the kind of list.
TEST(WrittenHiveTest, ReadsTheSameEverywhere) {
  if (!HasHivex() && !HasLibregf()) {
    GTEST_SKIP() << "built without hivex and libregf (libhivex-dev, libregf-dev, libbfio-dev)";
  }
  const fs::path path = fs::path(testing::TempDir()) / "whfb_written_hive";
  for (const auto style : {samples::HiveListStyle::kHash, samples::HiveListStyle::kHint,
                           samples::HiveListStyle::kIndex}) {
    samples::HiveSample sample;
    sample.lists = style;
    sample.most_in_list = 3;
    sample.user_sid = "S-1-5-21-1-2-3-1104";
    sample.root.At("A\\B\\C").Number("Number", 7).Text("Text", "text").last_written = 132'000'000;
    sample.root.At("A").Bytes("Large", Bytes(50'000, std::byte{7})).Number("", 1);
    for (int i = 0; i < 10; ++i) {
      sample.root.At("A\\Key" + std::to_string(i));
    }
    sample.root.At("A\\\xd0\x9a\xd0\xbb\xd1\x8e\xd1\x87").Text("\xe2\x82\xac", "\xe2\x82\xac");
    const Bytes hive = WriteHive(sample);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(hive.data()),
               static_cast<std::streamsize>(hive.size()));
    const OurHive ours = WalkHive(hive);
    EXPECT_TRUE(ours.gaps.empty());
    EXPECT_EQ(ours.keys.size(), 1U + 3U + 10U + 1U);
    const std::optional<SeenHive> hivex = WalkWithHivex(path);
    ASSERT_EQ(hivex.has_value(), HasHivex());
    if (hivex) {
      EXPECT_EQ(Compare(ours.keys, *hivex, Library::kHivex), std::vector<std::string>());
    }
    const std::optional<SeenHive> libregf = WalkWithLibregf(path);
    ASSERT_EQ(libregf.has_value(), HasLibregf());
    if (libregf) {
      EXPECT_EQ(Compare(ours.keys, *libregf, Library::kLibregf), std::vector<std::string>());
    }
  }
  fs::remove(path);
}

}  // namespace
}  // namespace whfb::test
