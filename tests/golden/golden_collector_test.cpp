// Every collector, and the derivations that have cases, against golden evidence: whole, and with
// each of its files cut.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/golden/collected_facts.h"
#include "tests/golden/golden_case.h"

namespace whfb::golden {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEachLengthBelow = 64;
constexpr std::size_t kPlaces = 40;

Declarations DeclarationsOf(const GoldenCase& golden) {
  const std::vector<Declarations> all = AllDeclarations();
  return *std::ranges::find(all, golden.folder, &Declarations::name);
}

std::vector<GoldenCase> AllCases() {
  std::vector<GoldenCase> cases;
  for (const Declarations& one : AllDeclarations()) {
    const std::vector<GoldenCase> own = FindCases(one.name, ".facts");
    cases.insert(cases.end(), own.begin(), own.end());
  }
  return cases;
}

void WriteBeginning(const fs::path& path, const std::vector<std::byte>& bytes, std::size_t size) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
  ASSERT_TRUE(file.flush()) << "cannot write " << path;
}

// The evidence in a folder of its own, where its files can be cut. The source may be read-only, so
// nothing but the bytes is copied.
class CutEvidence {
 public:
  explicit CutEvidence(const fs::path& input)
      : root_(fs::path(testing::TempDir()) / ("whfb_golden_" + TestFolder())),
        path_(root_ / input.filename()) {
    fs::remove_all(root_);
    fs::create_directories(root_);
    if (fs::is_regular_file(input)) {
      Copy(input, path_);
      return;
    }
    for (const auto& entry : fs::recursive_directory_iterator(input)) {
      if (entry.is_regular_file()) {
        Copy(entry.path(), path_ / fs::relative(entry.path(), input));
      }
    }
    std::ranges::sort(files_);
  }

  CutEvidence(const CutEvidence&) = delete;
  CutEvidence& operator=(const CutEvidence&) = delete;
  CutEvidence(CutEvidence&&) = delete;
  CutEvidence& operator=(CutEvidence&&) = delete;

  ~CutEvidence() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  [[nodiscard]] const fs::path& Path() const { return path_; }

  [[nodiscard]] const std::vector<fs::path>& Files() const { return files_; }

 private:
  static std::string TestFolder() {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ranges::replace(name, '/', '_');
    return name;
  }

  void Copy(const fs::path& from, const fs::path& to) {
    fs::create_directories(to.parent_path());
    const std::vector<std::byte> bytes = ReadFile(from);
    WriteBeginning(to, bytes, bytes.size());
    files_.push_back(to);
  }

  fs::path root_;
  fs::path path_;
  std::vector<fs::path> files_;
};

class GoldenCollectorTest : public testing::TestWithParam<GoldenCase> {};

}  // namespace

TEST_P(GoldenCollectorTest, GivesTheFactsThatAreExpected) {
  const GoldenCase& golden = GetParam();

  const CollectedFacts facts = CollectFacts(golden.input, DeclarationsOf(golden));

  EXPECT_TRUE(Matches(Layout(facts), golden.expected));
}

TEST_P(GoldenCollectorTest, IsHonestWhenAFileIsCut) {
  const GoldenCase& golden = GetParam();
  const Declarations declarations = DeclarationsOf(golden);
  const CollectedFacts whole = CollectFacts(golden.input, declarations);
  const CutEvidence evidence(golden.input);

  for (const fs::path& file : evidence.Files()) {
    const std::vector<std::byte> bytes = ReadFile(file);
    for (const std::size_t cut : CutPoints(bytes, kEachLengthBelow, kPlaces)) {
      WriteBeginning(file, bytes, cut);
      const CollectedFacts part = CollectFacts(evidence.Path(), declarations);
      const std::string wrong = DishonestyOfCut(whole, part);
      ASSERT_EQ(wrong, "") << file.filename() << " after " << cut << " of " << bytes.size()
                           << " bytes\n"
                           << Layout(part);
    }
    WriteBeginning(file, bytes, bytes.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenCollectorTest, testing::ValuesIn(AllCases()), TestName);

}  // namespace whfb::golden
