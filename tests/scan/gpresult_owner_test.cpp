// Whose a gpresult is: of this computer and user, or of nobody here.

#include "tests/scan/group_policy_run.h"

namespace whfb::scan_test {

namespace {

TEST_F(GroupPolicyTest, AResultOfAnotherComputerDecidesNothing) {
  Story other = Healthy();
  other.device = "PC-0002";
  PutWithout(kBoth, Gpresult({User(other, "Enabled"), Computer(other, "Enabled")}));
  ExpectNothingSaid();
  const Results results = Scan();
  const auto entry = std::ranges::find_if(results.coverage, [](const CoverageRecord& one) {
    return one.file.ends_with("gpresult.xml");
  });
  ASSERT_NE(entry, results.coverage.end());
  EXPECT_NE(entry->reason.find(
                "made on the computer PC-0002.corp.contoso.com, while this is evidence of PC-0001"),
            std::string::npos)
      << entry->reason;
}

// A hybrid joined device says of itself that it is in CORP.
TEST_F(GroupPolicyTest, AResultOfAComputerOfThisNameInAnotherDomainDecidesNothing) {
  Story story = Healthy();
  story.join = samples::Join::kHybrid;
  Files files = samples::DeviceFiles(story, Pki());
  Drop(files, "policies.reg");
  Drop(files, "policies_uac.reg");
  Half foreign = Computer(story, "Enabled");
  foreign.account = "FABRIKAM\\" + story.device + "$";
  foreign.domain = "fabrikam.com";
  foreign.uac = "ConsentPromptBehaviorUser";
  PutFiles("devices", files);
  Put("devices/" + story.device + "/gpresult.xml", Gpresult({foreign}));
  PutEnvironment();
  const Results results = Scan();
  Expect(results, {.subject = UserOf(story),
                   .rule = kRule,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
  EXPECT_NE(CoverageOf(results).reason.find("made in the domain FABRIKAM (fabrikam.com)"),
            std::string::npos)
      << CoverageOf(results).reason;
  Put("devices/" + story.device + "/gpresult.xml", Gpresult({Computer(story, "Enabled")}));
  Expect(Scan(), {.subject = UserOf(story), .rule = kRule, .verdict = Verdict::kFail});
}

// Listings and a result of another computer, and nothing that says of which the listings are.
TEST_F(GroupPolicyTest, AResultDoesNotNameADeviceWhoseBundleIsCalledOtherwise) {
  const Story story = Healthy();
  Story other = story;
  other.device = "PC-0999";
  Half computer = Computer(other, "Enabled");
  computer.uac = "ConsentPromptBehaviorUser";
  const std::string bundle = "devices/" + story.device;
  for (const auto& file : samples::DeviceFiles(story, Pki())) {
    if (file.first.find("certutil") != std::string::npos) {
      Put("devices/" + file.first, file.second);
    }
  }
  Put(bundle + "/gpresult.xml", Gpresult({computer}));
  PutEnvironment();
  options.declared.route = "intune-scep";
  const Results results = Scan();
  EXPECT_TRUE(std::ranges::none_of(results.subjects, [](const SubjectRecord& subject) {
    return subject.id.find("0999") != std::string::npos;
  }));
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected,
                   .says = {"ConsentPromptBehaviorUser unknown (ambiguous)"}});
  EXPECT_NE(CoverageOf(results).reason.find("while the bundle is called PC-0001"),
            std::string::npos)
      << CoverageOf(results).reason;
  // The same of this computer counts.
  computer.account = Computer(story).account;
  computer.computer = Computer(story).computer;
  Put(bundle + "/gpresult.xml", Gpresult({computer}));
  Expect(Scan(), {.subject = DeviceOf(story),
                  .rule = kUac,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kNotCollected,
                  .says = {"ConsentPromptBehaviorUser 1"}});
}

TEST_F(GroupPolicyTest, AResultOfAnotherUserDecidesNothing) {
  Half other = User(Healthy(), "Enabled");
  other.account = "CORP\\somebody";
  other.sid = "S-1-5-21-1-2-3-4711";
  PutWithout(kBoth, Gpresult({other}));
  ExpectNothingSaid();
  const Results results = Scan();
  EXPECT_TRUE(std::ranges::none_of(results.subjects, [](const SubjectRecord& subject) {
    return subject.id.find("4711") != std::string::npos;
  }));
  EXPECT_NE(CoverageOf(results).reason.find("the user half is of S-1-5-21-1-2-3-4711"),
            std::string::npos)
      << CoverageOf(results).reason;
}

}  // namespace

}  // namespace whfb::scan_test
