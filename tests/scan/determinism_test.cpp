// The same evidence gives the same bytes: on a second run, with any number of threads, in any
// order of paths, wherever the files lie.

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>

#include "db/store.h"
#include "report/html_report.h"
#include "report/json_report.h"
#include "samples/contoso_files.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

namespace fs = std::filesystem;

struct Outputs {
  std::string json{};
  std::string html{};
};

// Where two texts part, with what stands there: a page of HTML is no message.
std::string FirstDifference(const std::string& a, const std::string& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() && in_b == b.end()) {
    return "";
  }
  const auto at = static_cast<std::size_t>(in_a - a.begin());
  const std::size_t from = at < 60 ? 0 : at - 60;
  return "byte " + std::to_string(at) + ":\n" + a.substr(from, 120) + "\n" + b.substr(from, 120);
}

class DeterminismTest : public ScanTest {
 protected:
  // The whole sample fleet, its files made in the order given or backwards.
  void PutFleet(const std::string& root, bool backwards) const {
    samples::Files all = samples::EnvironmentFiles(Pki());
    for (auto& [path, content] : all) {
      path.insert(0, "environment/");
    }
    for (const samples::Story& story : samples::ContosoStories()) {
      for (auto& [path, content] : samples::DeviceFiles(story, Pki())) {
        all.emplace_back("devices/" + path, content);
      }
    }
    if (backwards) {
      std::ranges::reverse(all);
    }
    PutFiles(root, all);
  }

  void UseFleet(const std::string& root) {
    options.paths = {(folder() / root / "devices").string()};
    options.environment = {(folder() / root / "environment").string()};
  }

  // What lies directly below devices/, by name.
  [[nodiscard]] std::vector<std::string> BundlesOf(const std::string& root) const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(folder() / root / "devices")) {
      paths.push_back(entry.path().string());
    }
    std::ranges::sort(paths);
    return paths;
  }

  [[nodiscard]] Outputs Run(std::size_t jobs) {
    options.jobs = jobs;
    const Result<std::unique_ptr<db::Store>> store = db::Store::Open("", db::Access::kReadWrite);
    EXPECT_TRUE(store) << store.error().ToString();
    engine::ScanTotals totals;
    ScanInto(**store, totals);
    EXPECT_GE(totals.devices, 20U);
    report::StringSink json;
    report::StringSink html;
    EXPECT_TRUE(report::WriteJsonReport(**store, json));
    EXPECT_TRUE(report::WriteHtmlReport(**store, html));
    EXPECT_GT(json.text().size(), 100'000U);
    EXPECT_GT(html.text().size(), 100'000U);
    return {json.text(), html.text()};
  }

  static void ExpectSame(const Outputs& a, const Outputs& b) {
    EXPECT_EQ(FirstDifference(a.json, b.json), "");
    EXPECT_EQ(FirstDifference(a.html, b.html), "");
  }
};

TEST_F(DeterminismTest, TwoRunsGiveTheSameBytes) {
  PutFleet("here", false);
  UseFleet("here");
  const Outputs first = Run(1);
  ExpectSame(Run(1), first);
}

TEST_F(DeterminismTest, TheNumberOfThreadsChangesNothing) {
  PutFleet("here", false);
  UseFleet("here");
  const Outputs one = Run(1);
  for (const std::size_t jobs : {2U, 4U, 4U, 16U}) {
    SCOPED_TRACE(jobs);
    ExpectSame(Run(jobs), one);
  }
}

TEST_F(DeterminismTest, TheOrderOfPathsChangesNothing) {
  PutFleet("here", false);
  UseFleet("here");
  options.paths = BundlesOf("here");
  ASSERT_GE(options.paths.size(), 20U);
  const Outputs sorted = Run(1);
  const std::random_device::result_type seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (int round = 0; round < 4; ++round) {
    std::ranges::shuffle(options.paths, random);
    ExpectSame(Run(4), sorted);
  }
}

TEST_F(DeterminismTest, TheOrderOfEnvironmentPathsChangesNothing) {
  PutFleet("here", false);
  UseFleet("here");
  options.environment.clear();
  for (const auto& entry : fs::directory_iterator(folder() / "here/environment")) {
    options.environment.push_back(entry.path().string());
  }
  std::ranges::sort(options.environment);
  ASSERT_GE(options.environment.size(), 7U);
  const Outputs sorted = Run(1);
  std::ranges::reverse(options.environment);
  ExpectSame(Run(1), sorted);
}

TEST_F(DeterminismTest, WhereTheFilesLieAndInWhichOrderTheyWereMadeChangesNothing) {
  PutFleet("here", false);
  UseFleet("here");
  const Outputs here = Run(1);
  PutFleet("quite/another place", true);
  UseFleet("quite/another place");
  ExpectSame(Run(4), here);
}

}  // namespace

}  // namespace whfb::scan_test
