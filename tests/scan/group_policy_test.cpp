// Group Policy beside a healthy device: what a gpresult decides, and what GPO files never decide.
// The Entra joined device stands for any: all that changes is which registry exports are there.

#include "tests/scan/group_policy_run.h"

namespace whfb::scan_test {

namespace {

TEST_F(GroupPolicyTest, TheComputerHalfDecidesTheComputerWhereItsRegistryWasNotRead) {
  const Story story = Healthy();
  PutWithout(kComputerOnly, Gpresult({Computer(story, "Enabled")}));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = kRule,
                   .verdict = Verdict::kFail,
                   .says = {"computer: unknown (not-collected)", "applied by gpresult: true",
                            "by gpresult: Workstations"},
                   .from = "gpresult.xml"});
}

TEST_F(GroupPolicyTest, AResultThatDoesNotTellOfErrorsLeavesItOpen) {
  const Story story = Healthy();
  std::string result = Gpresult({Computer(story, "Enabled")});
  const std::string none = "<Error>0</Error>";
  for (std::size_t at = result.find(none); at != std::string::npos; at = result.find(none)) {
    result.erase(at, none.size());
  }
  PutWithout(kComputerOnly, result);
  Expect(Scan(), {.subject = UserOf(story),
                  .rule = kRule,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kAmbiguous});
}

// The newest event beside the exports is of four hours before the scan.
TEST_F(GroupPolicyTest, TheRegistryOfTheDeviceOutweighsOneThatIsNotNewer) {
  const Story story = Healthy();
  PutWithout({}, Gpresult({Computer(story, "Enabled"), User(story, "Enabled")}, kFiveHours));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story), .rule = kRule, .verdict = Verdict::kPass});
}

TEST_F(GroupPolicyTest, ANewerResultThatContradictsTheRegistryOfTheComputerIsConflicting) {
  const Story story = Healthy();
  Half computer = Computer(story, "Enabled");
  computer.uac = "ConsentPromptBehaviorUser";  // the registry says 0
  PutWithout({}, Gpresult({computer}));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  Expect(results, {.subject = UserOf(story),
                   .rule = kRule,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
  Expect(results, {.subject = DeviceOf(story),
                   .rule = kUac,
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kConflicting});
}

TEST_F(GroupPolicyTest, ANewerResultThatContradictsTheRegistryOfTheUserIsConflicting) {
  const Story story = Healthy();
  PutWithout({}, Gpresult({User(story, "Enabled")}));
  Expect(Scan(), {.subject = UserOf(story),
                  .rule = kRule,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kConflicting});
}

TEST_F(GroupPolicyTest, ANewerResultThatAgreesWithTheRegistryChangesNothing) {
  const Story story = Healthy();
  Half computer = Computer(story);
  computer.uac = "EnableLUA";  // the registry says 1
  PutWithout({}, Gpresult({computer}));
  Expect(Scan(), {.subject = DeviceOf(story),
                  .rule = kUac,
                  .verdict = Verdict::kPass,
                  .says = {"told by: registry"}});
}

TEST_F(GroupPolicyTest, TheComputerHalfAloneLeavesTheUserOpen) {
  PutWithout(kUserOnly, Gpresult({Computer(Healthy())}));
  ExpectNothingSaid();
}

TEST_F(GroupPolicyTest, TheUserHalfDecidesTheUser) {
  const Story story = Healthy();
  PutWithout(kBoth, Gpresult({User(story, "Enabled")}));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
  Expect(results, {.subject = UserOf(story),
                   .rule = kRule,
                   .verdict = Verdict::kFail,
                   .says = {"computer: unknown (not-collected)"},
                   .from = "gpresult.xml"});
}

TEST_F(GroupPolicyTest, TheUserHalfAloneLeavesTheComputerOpen) {
  PutWithout(kComputerOnly, Gpresult({User(Healthy())}));
  ExpectNothingSaid();
}

// It lists policies with an ADMX without their registry path: what it does not show may be set.
TEST_F(GroupPolicyTest, AWholeResultWithoutHelloIsNoProofThatItIsNotConfigured) {
  const Story story = Healthy();
  PutWithout(kBoth, Gpresult({User(story), Computer(story)}));
  ExpectNothingSaid();
}

TEST_F(GroupPolicyTest, ACutResultSaysWhatWasReadAndNoMore) {
  const Story story = Healthy();
  const std::string whole = Gpresult({Computer(story), User(story, "Enabled")});
  PutWithout(kBoth, whole.substr(0, whole.rfind("<EventsDetails>")));
  ExpectNothingSaid();
  const Results results = Scan();
  const auto file = std::ranges::find_if(results.coverage, [](const CoverageRecord& one) {
    return one.file.ends_with("gpresult.xml");
  });
  ASSERT_NE(file, results.coverage.end());
  EXPECT_EQ(file->status, CoverageStatus::kPartial);
}

TEST_F(GroupPolicyTest, AnOldResultIsStaleAndAgesNothingElse) {
  const Story story = Healthy();
  constexpr Ticks kAge = 40 * kTicksPerDay;
  PutWithout(kComputerOnly, Gpresult({Computer(story, "Enabled")}, kAge));
  Expect(Scan(), {.subject = UserOf(story),
                  .rule = kRule,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kStale});
  options = {};
  options.now = DefaultNow();
  Put("devices/" + story.device + "/policies.reg", samples::PoliciesExport(story));
  EXPECT_EQ(Scan().ReadinessOf(DeviceOf(story)), "ready");
}

// It does not get the time of the bundle: it may be years old.
TEST_F(GroupPolicyTest, AResultThatDoesNotTellWhenItWasReadIsOfUnknownAge) {
  const Story story = Healthy();
  const std::string good = Gpresult({Computer(story, "Enabled")});
  const std::size_t at = good.find("<ReadTime>") + 10;
  for (const std::string_view time : {"garbage", "2031-11-18T09:00:00Z"}) {
    std::string result = good;
    result.replace(at, result.find('<', at) - at, time);
    PutWithout(kComputerOnly, result);
    const Results results = Scan();
    Expect(results, {.subject = UserOf(story),
                     .rule = kRule,
                     .verdict = Verdict::kFail,
                     .says = {"The age of this evidence is not known."}});
    EXPECT_EQ(CoverageOf(results).status, CoverageStatus::kPartial);
    EXPECT_EQ(results.bundles.at(0).collected.find("2031"), std::string::npos);
  }
}

TEST_F(GroupPolicyTest, TheLanguageOfTheConsoleChangesNothing) {
  const Story story = Healthy();
  std::vector<std::vector<Finding>> said;
  for (const Language& language : {Language{}, kGerman, kFrench}) {
    Half computer = Computer(story, "Enabled");
    Half user = User(story, "Enabled");
    computer.uac = "ConsentPromptBehaviorUser";
    computer.language = user.language = language;
    PutWithout({"policies.reg", "policies_user.reg", "policies_uac.reg"},
               Gpresult({user, computer}));
    said.push_back(Scan().findings);
    for (Finding& finding : said.back()) {
      const std::size_t name = finding.reason.find(language.gpo);
      if (name != std::string::npos) {
        finding.reason.replace(name, language.gpo.size(), "<the GPO>");
      }
    }
  }
  for (std::size_t i = 0; i < said[0].size(); ++i) {
    for (const std::vector<Finding>& other : {said.at(1), said.at(2)}) {
      ASSERT_EQ(other.size(), said[0].size());
      EXPECT_EQ(other[i].rule, said[0][i].rule);
      EXPECT_EQ(other[i].verdict, said[0][i].verdict) << said[0][i].rule;
      EXPECT_EQ(other[i].reason, said[0][i].reason) << said[0][i].rule;
    }
  }
  Expect(Scan(), {.subject = UserOf(story),
                  .rule = kRule,
                  .verdict = Verdict::kFail,
                  .says = {"by gpresult: Postes de travail"}});
}

TEST_F(GroupPolicyTest, UacThatAResultShowsCountsWhereTheRegistryWasNotRead) {
  const Story story = Healthy();
  Half computer = Computer(story);
  computer.uac = "ConsentPromptBehaviorUser";
  PutWithout({"policies_uac.reg"}, Gpresult({computer}));
  // Credentials on the secure desktop (1) decide; whether UAC is on at all is not shown.
  Expect(Scan(), {.subject = DeviceOf(story),
                  .rule = kUac,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kNotCollected,
                  .says = {"ConsentPromptBehaviorUser 1"}});
}

// A clock that runs ahead would keep it fresh for ever.
TEST_F(GroupPolicyTest, AResultOfTheFutureAgesWithItsBundle) {
  const Story story = Healthy();
  PutWithout(kComputerOnly, Gpresult({Computer(story, "Enabled")}, -5 * 365 * kTicksPerDay));
  options.now = DefaultNow() + 31 * kTicksPerDay;
  Expect(Scan(), {.subject = UserOf(story),
                  .rule = kRule,
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kStale});
}

// Registry.pol with SOFTWARE\Policies\Microsoft\PassportForWork\Enabled = 1.
std::string RegistryPol() {
  const std::string key = "SOFTWARE\\Policies\\Microsoft\\PassportForWork";
  const auto wide = [](std::string_view text) {
    std::string units;
    for (const char letter : text) {
      units += letter;
      units += '\0';
    }
    return units;
  };
  const auto number = [](char value, std::size_t size) {
    std::string octets(size, '\0');
    octets.front() = value;
    return octets;
  };
  const std::string nul(2, '\0');
  return std::string("PReg\x01\0\0\0", 8) + wide("[") + wide(key) + nul + wide(";") +
         wide("Enabled") + nul + wide(";") + number(4, 4) + wide(";") + number(4, 4) + wide(";") +
         number(1, 4) + wide("]");
}

const std::string kPolPath = std::string("Policies/") + kGpo + "/Machine/Registry.pol";

TEST_F(GroupPolicyTest, AFileOfAGpoIsNoFactOfTheDevice) {
  PutWithout(kBoth, "");
  Put("environment/" + kPolPath, RegistryPol());
  ExpectNothingSaid();
}

TEST_F(GroupPolicyTest, AFileOfAGpoInTheFolderOfTheDeviceIsNoneEither) {
  const Story story = Healthy();
  PutWithout({}, "");
  Put("devices/" + story.device + "/" + kPolPath, RegistryPol());
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story), .rule = kRule, .verdict = Verdict::kPass});
}

TEST_F(GroupPolicyTest, AFileOfAGpoHelpsToFindWhatTheDeviceHasInEffect) {
  const Story story = Healthy();
  PutWithout(kComputerOnly, Gpresult({Computer(story, "Enabled")}));
  Put("environment/" + kPolPath, RegistryPol());
  const Results results = Scan();
  Expect(results, {.subject = UserOf(story),
                   .rule = kRule,
                   .verdict = Verdict::kFail,
                   .says = {std::string("by GPO files: ") + kGpo}});
  // What a binary file is cited by is the key: nobody can look up an offset as a line.
  for (const Finding& finding : results.findings) {
    for (const EvidenceRef& ref : finding.evidence) {
      EXPECT_FALSE(ref.file.ends_with(".pol") && ref.line.has_value()) << finding.rule;
    }
  }
}

}  // namespace

}  // namespace whfb::scan_test
