// What the last enrolment left behind: the outcome of a request is its last one.

#include "samples/contoso_files.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Story;

constexpr std::uint32_t kPolicySource = 0x82ab0011;  // events.md section 1

class EnrolmentTest : public ScanTest {};

TEST_F(EnrolmentTest, ARefusalThatALaterSuccessSettledFailsNothing) {
  Story story = Healthy();
  story.scep_results = {kPolicySource, 0};
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "ready");
  Expect(results, {.subject = UserOf(story),
                   .rule = "scep.last-enrolment",
                   .verdict = Verdict::kPass,
                   .says = {"ended in success"},
                   .from = "DeviceManagement-Admin.evtx"});
  Expect(results, {.subject = UserOf(story),
                   .rule = "policy.gpo-with-intune-certs",
                   .verdict = Verdict::kPass,
                   .says = {"by Group Policy: false"},
                   .from = "policies.reg"});
}

TEST_F(EnrolmentTest, ASuccessThatALaterRefusalFollowedFails) {
  Story story = Healthy();
  story.scep_results = {0, kPolicySource};
  story.by_gpo = true;
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "scep.last-enrolment",
                   .verdict = Verdict::kFail,
                   .says = {"82ab0011", "configured by Group Policy", "Hash_100001", "2026-11-14"},
                   .from = "DeviceManagement-Admin.evtx"});
  Expect(results, {.subject = UserOf(story),
                   .rule = "policy.gpo-with-intune-certs",
                   .verdict = Verdict::kFail,
                   .says = {"intune-scep", "82ab0011"},
                   .from = "policies.reg"});
}

TEST_F(EnrolmentTest, ALastRefusalBlocksWherePoliciesWereNotCollectedAndSaysNothingOfThem) {
  Story story = Healthy();
  story.scep_results = {0, kPolicySource};
  samples::Files files = samples::DeviceFiles(story, Pki());
  Drop(files, "/policies.reg");
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "scep.last-enrolment",
                   .verdict = Verdict::kFail,
                   .says = {"82ab0011"},
                   .from = "DeviceManagement-Admin.evtx"});
  Expect(results, {.subject = UserOf(story),
                   .rule = "policy.gpo-with-intune-certs",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"by Group Policy: unknown (not-collected)", "intune-scep"}});
}

TEST_F(EnrolmentTest, AnotherFailureAfterASuccessFailsTheEnrolmentAlone) {
  Story story = Healthy();
  story.scep_results = {0, 0x800b0101};
  PutDevice(story);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = "scep.last-enrolment",
                   .verdict = Verdict::kFail,
                   .says = {"800b0101", "CERT_E_EXPIRED"},
                   .from = "DeviceManagement-Admin.evtx"});
  Expect(results, {.subject = UserOf(story),
                   .rule = "policy.gpo-with-intune-certs",
                   .verdict = Verdict::kPass});
}

TEST_F(EnrolmentTest, WithoutTheLogTheLastEnrolmentIsUnknown) {
  const Story story = Healthy();
  samples::Files files = samples::DeviceFiles(story, Pki());
  Drop(files, "DeviceManagement-Admin.evtx");
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(UserOf(story)), "undetermined");
  Expect(results,
         {.subject = UserOf(story),
          .rule = "scep.last-enrolment",
          .verdict = Verdict::kUnknown,
          .because = WhyUnknown::kNotCollected,
          .says = {"DeviceManagement-Enterprise-Diagnostics-Provider/Admin", "not collected"}});
}

}  // namespace

}  // namespace whfb::scan_test
