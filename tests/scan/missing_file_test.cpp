// Knowledge is monotone end to end: a file that is not there, or that ends too early, may leave a
// verdict unknown; it never turns a pass into a fail, a fail into a pass, or either into "does not
// apply".

#include <iostream>
#include <random>

#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

namespace fs = std::filesystem;
using samples::Files;
using samples::Story;

class MissingFileTest : public ScanTest {
 protected:
  void PutInstead(const std::string& below, const Files& files) {
    fs::remove_all(folder() / below);
    fs::create_directories(folder() / below);
    PutFiles(below, files);
  }

  // Puts the files without the one at `missing`, scans, and compares with what all of them say.
  void ExpectNoOther(const std::string& below, const Files& files, const Results& whole) {
    for (std::size_t missing = 0; missing < files.size(); ++missing) {
      Files rest = files;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(missing));
      PutInstead(below, rest);
      Compare(whole, Scan(), files[missing].first);
    }
    PutInstead(below, files);
  }

  void Compare(const Results& whole, const Results& less, const std::string& missing) {
    for (const Finding& finding : less.findings) {
      const Finding* const full = whole.Find(finding.subject, finding.rule);
      if (full == nullptr || full->verdict == Verdict::kUnknown) {
        continue;
      }
      ++compared;
      undecided += finding.verdict == Verdict::kUnknown ? std::size_t{1} : 0;
      EXPECT_TRUE(finding.verdict == full->verdict || finding.verdict == Verdict::kUnknown)
          << finding.rule << " of " << finding.subject << " without " << missing
          << "\n all: " << full->reason << "\n less: " << finding.reason;
    }
    for (const SubjectRecord& subject : less.subjects) {
      const std::string before = whole.ReadinessOf(subject.id);
      if (before == "blocked" || before == "undetermined") {
        EXPECT_NE(ToString(subject.readiness), "ready") << subject.id << " without " << missing;
      }
    }
  }

  std::size_t compared = 0;
  std::size_t undecided = 0;
};

TEST_F(MissingFileTest, OfADeviceNeverGivesAnotherDecidedVerdict) {
  PutFiles("environment", samples::EnvironmentFiles(Pki()));
  for (const Story& story : samples::ContosoStories()) {
    fs::remove_all(folder() / "devices");
    PutDevice(story);
    options.declared.collected_as = samples::Upn(story);
    ExpectNoOther("devices", samples::DeviceFiles(story, Pki()), Scan());
  }
  std::cout << compared << " verdicts compared, " << undecided << " became unknown\n";
  EXPECT_GT(compared, 3'000U);
  EXPECT_GT(undecided, 300U);
}

TEST_F(MissingFileTest, ThatEndsTooEarlyNeverGivesAnotherDecidedVerdict) {
  PutFiles("environment", samples::EnvironmentFiles(Pki()));
  std::mt19937 random(20261118);  // always the same places
  for (const Story& story : samples::ContosoStories()) {
    if (story.number % 100 > 2) {
      continue;  // two of each kind
    }
    const Files files = samples::DeviceFiles(story, Pki());
    PutInstead("devices", files);
    options.declared.collected_as = samples::Upn(story);
    const Results whole = Scan();
    for (std::size_t cut = 0; cut < files.size(); ++cut) {
      constexpr int kPlaces = 6;
      for (int place = 0; place < kPlaces && !files[cut].second.empty(); ++place) {
        Files torn = files;
        torn[cut].second.resize(random() % files[cut].second.size());
        PutInstead("devices", torn);
        Compare(whole, Scan(),
                "the end of " + files[cut].first + " from byte " +
                    std::to_string(torn[cut].second.size()));
      }
    }
  }
  std::cout << compared << " verdicts compared, " << undecided << " became unknown\n";
  EXPECT_GT(compared, 5'000U);
  EXPECT_GT(undecided, 300U);
}

TEST_F(MissingFileTest, OfTheEnvironmentNeverGivesAnotherDecidedVerdict) {
  for (const Story& story : samples::ContosoStories()) {
    PutDevice(story);
  }
  const Files files = samples::EnvironmentFiles(Pki());
  PutFiles("environment", files);
  ExpectNoOther("environment", files, Scan());
  std::cout << compared << " verdicts compared, " << undecided << " became unknown\n";
  EXPECT_GT(compared, 2'000U);
  EXPECT_GT(undecided, 30U);
}

}  // namespace

}  // namespace whfb::scan_test
