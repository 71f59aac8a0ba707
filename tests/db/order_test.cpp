#include <algorithm>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/db/results.h"

namespace whfb::db {
namespace {

using testing::ElementsAre;

std::vector<std::string> Subjects(const ResultSource& source) {
  std::vector<std::string> lines;
  EXPECT_TRUE(source.EachSubject([&](const SubjectRecord& subject) {
    lines.push_back(subject.id + " " + std::string(ToString(subject.readiness)));
    return true;
  }));
  return lines;
}

TEST(OrderTest, TheOrderOfArrivalDoesNotMatter) {
  std::vector<SubjectResult> results;
  std::uint32_t number = 0;
  // As bytes: capital letters come before small ones, and both before letters beyond ASCII.
  for (const char* const name : {"PC-1", "PC-10", "PC-2", "pc-1", "\xC3\x84-1"}) {
    results.push_back(MakeDevice(name, ++number, Verdict::kUnknown));
  }
  const auto forward = OpenStore("");
  AddAll(*forward, results);
  std::reverse(results.begin(), results.end());
  const auto backward = OpenStore("");
  AddAll(*backward, results);
  EXPECT_EQ(Findings(*forward), Findings(*backward));
  EXPECT_EQ(Findings(*forward).size(), 10U);
  EXPECT_THAT(Subjects(*forward),
              ElementsAre("device:PC-1 undetermined", "device:PC-10 undetermined",
                          "device:PC-2 undetermined", "device:pc-1 undetermined",
                          "device:\xC3\x84-1 undetermined"));
  EXPECT_EQ(Subjects(*forward), Subjects(*backward));
}

TEST(OrderTest, ReadinessCanComeLater) {
  const auto store = OpenStore("");
  ASSERT_TRUE(store->Begin(kRun, TwoRules()));
  ASSERT_TRUE(store->Add(MakeDevice("PC-1", 1, Verdict::kFail)));
  ASSERT_TRUE(store->SetReadiness("device:PC-1", Readiness::kBlocked));
  ASSERT_TRUE(store->Finish());
  EXPECT_THAT(Subjects(*store), ElementsAre("device:PC-1 blocked"));
}

TEST(OrderTest, EverythingOfAFindingComesBackAsItWas) {
  SubjectResult result = MakeDevice("PC-1", 7, Verdict::kUnknown);
  Finding& finding = result.findings[1];
  using namespace std::string_view_literals;  // NOLINT(google-build-using-namespace)
  const std::string hostile("a\0b\xFF\"</script>:,3:"sv);
  finding.reason = hostile;
  finding.fix = "=";
  finding.observed = {{hostile, Knowledge::kAbsent, hostile}, {"", Knowledge::kUnknown, ""}};
  finding.missing = {hostile, ""};
  finding.evidence = {{7, "PC-1.zip", 3, std::nullopt, hostile},
                      {0, "declared", std::nullopt, std::nullopt, ""},
                      {9, "other.zip!/a", std::nullopt, 18446744073709551615ULL, "k"}};
  const auto store = OpenStore("");
  AddAll(*store, {result});
  std::vector<Finding> read;
  ASSERT_TRUE(store->EachFinding("device:PC-1", [&](const Finding& one) {
    read.push_back(one);
    return false;
  }));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].reason, hostile);
  EXPECT_EQ(read[0].reason_code, WhyUnknown::kDenied);
  EXPECT_EQ(read[0].observed, finding.observed);
  EXPECT_EQ(read[0].missing, finding.missing);
  EXPECT_EQ(read[0].evidence, finding.evidence);
}

TEST(OrderTest, AVisitorMayReadTheFindingsOfTheSubjectInHand) {
  const auto store = OpenStore("");
  AddAll(*store, {MakeDevice("PC-2", 2, Verdict::kFail), MakeDevice("PC-1", 1, Verdict::kFail)});
  std::vector<std::string> seen;
  ASSERT_TRUE(store->EachSubject([&](const SubjectRecord& subject) {
    const Status status = store->EachFinding(subject.id, [&](const Finding& finding) {
      seen.push_back(finding.subject + " " + finding.rule);
      return true;
    });
    return status.has_value();
  }));
  EXPECT_THAT(seen, ElementsAre("device:PC-1 cert.valid-now", "device:PC-1 trust.root",
                                "device:PC-2 cert.valid-now", "device:PC-2 trust.root"));
}

}  // namespace
}  // namespace whfb::db
