#include "tests/golden/golden_case.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>

#include "tests/golden/line_difference.h"

namespace whfb::golden {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".in";

const fs::path& Root() {
  static const fs::path root = fs::path(WHFB_SOURCE_DIR) / "tests" / "golden";
  return root;
}

// Where ".in" ends the name or stands before its extension; npos for other files.
std::size_t MarkIn(const std::string& name) {
  const std::size_t dotted = name.find(std::string(kMark) + ".");
  if (dotted != std::string::npos) {
    return dotted;
  }
  return name.ends_with(kMark) ? name.size() - kMark.size() : std::string::npos;
}

bool Updating() {
  const char* const value = std::getenv("WHFB_GOLDEN_UPDATE");
  return value != nullptr && std::string_view(value) == "1";
}

testing::AssertionResult Write(const std::string& text, const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  return file ? testing::AssertionSuccess()
              : testing::AssertionFailure() << "cannot write " << path;
}

}  // namespace

std::string GoldenCase::EvidenceName() const {
  return name + input.filename().string().substr(name.size() + kMark.size());
}

void PrintTo(const GoldenCase& golden, std::ostream* out) {
  *out << golden.folder << '/' << golden.name;
}

std::vector<GoldenCase> FindCases(std::string_view folder, std::string_view expected_extension) {
  std::vector<GoldenCase> cases;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(Root() / folder, error)) {
    const std::string file = entry.path().filename().string();
    const std::size_t mark = MarkIn(file);
    if (mark == std::string::npos) {
      continue;
    }
    const std::string name = file.substr(0, mark);
    cases.push_back(
        {.folder = std::string(folder),
         .name = name,
         .input = entry.path(),
         .expected = entry.path().parent_path() / std::string(name).append(expected_extension)});
  }
  std::ranges::sort(cases, {}, &GoldenCase::name);
  return cases;
}

std::string TestName(const testing::TestParamInfo<GoldenCase>& info) {
  std::string name = info.param.folder + "_" + info.param.name;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::vector<std::byte> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::byte> bytes(text.size());
  std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

testing::AssertionResult Matches(const std::string& actual,
                                 const fs::path& expected,
                                 Difference difference) {
  const std::vector<std::byte> bytes = ReadFile(expected);
  const std::string wanted(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (wanted == actual) {
    return testing::AssertionSuccess();
  }
  if (Updating()) {
    return Write(actual, expected);
  }
  return testing::AssertionFailure()
         << (fs::exists(expected) ? "differs from " : "there is no ") << expected << "\n"
         << (difference == Difference::kLines ? LineDifference(wanted, actual) : "")
         << "WHFB_GOLDEN_UPDATE=1 writes the file; read what it wrote against the input";
}

std::vector<std::size_t> CutPoints(const std::vector<std::byte>& bytes,
                                   std::size_t each_length_below,
                                   std::size_t places) {
  std::vector<std::size_t> cuts;
  const std::size_t size = bytes.size();
  const std::size_t step = size <= each_length_below ? 1 : std::max<std::size_t>(1, size / places);
  for (std::size_t cut = 0; cut < size; cut += step) {
    cuts.push_back(cut);
  }
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; step > 1 && at < size; ++at) {
    if (bytes[at] == std::byte{'\n'}) {
      ends.push_back(at);
    }
  }
  const std::size_t every = ends.size() / places + 1;
  for (std::size_t i = 0; i < ends.size(); i += every) {
    for (std::size_t cut = ends[i]; cut <= std::min(ends[i] + 2, size - 1); ++cut) {
      cuts.push_back(cut);
    }
  }
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

}  // namespace whfb::golden
