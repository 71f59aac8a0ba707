// Group Policy beside a healthy device: what a gpresult decides, of whom, and what GPO files never
// decide. The Entra joined device stands for any: all that changes is which registry exports are
// there.

#include <algorithm>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;
using samples::Story;

constexpr const char* kRule = "policy.gpo-with-intune-certs";
constexpr const char* kUac = "uac.secure-desktop-run-as";
constexpr const char* kGpo = "{11111111-1111-1111-1111-111111111111}";

// What differs between two languages of the console.
struct Language {
  std::string extension = "Registry";
  std::string gpo = "Workstations";
  std::string policy = "Configure Windows spotlight";
  std::string state = "Enabled";
};

const Language kGerman{.extension = "Registrierung",
                       .gpo = "Arbeitsplätze",
                       .policy = "Windows-Blickpunkt konfigurieren",
                       .state = "Aktiviert"};
const Language kFrench{.extension = "Registre",
                       .gpo = "Postes de travail",
                       .policy = "Configurer Windows à la une",
                       .state = "Activé"};

// A half of `gpresult /x`; what is empty is not there.
struct Half {
  std::string kind = "ComputerResults";
  std::string account{};
  std::string computer{};  // that its events name
  std::string sid = "S-1-5-18";
  std::string value{};  // below PassportForWork, set to 1
  std::string uac{};    // security option, set to 1
  Language language{};
};

std::string From(std::string_view rest) {
  return std::string(
             "<GPO xmlns='http://www.microsoft.com/GroupPolicy/Settings/Base'><Identifier "
             "xmlns='http://www.microsoft.com/GroupPolicy/Types'>")
      .append(kGpo)
      .append("</Identifier></GPO><Precedence ")
      .append("xmlns='http://www.microsoft.com/GroupPolicy/Settings/Base'>1</Precedence>")
      .append(rest);
}

std::string Extension(std::string_view space, std::string_view body, std::string_view name) {
  return std::string("<ExtensionData><Extension ")
      .append("xmlns:q1='http://www.microsoft.com/GroupPolicy/Settings/")
      .append(space)
      .append("' xmlns='http://www.microsoft.com/GroupPolicy/Settings'>")
      .append(body)
      .append("</Extension><Name xmlns='http://www.microsoft.com/GroupPolicy/Settings'>")
      .append(name)
      .append("</Name></ExtensionData>");
}

std::string RegistryExtension(const Half& half) {
  std::string body = "<q1:Policy>" + From("<q1:Name>" + half.language.policy + "</q1:Name>") +
                     "<q1:State>" + half.language.state + "</q1:State></q1:Policy>";
  if (!half.value.empty()) {
    body += "<q1:RegistrySetting>" +
            From("<q1:KeyPath>SOFTWARE\\Policies\\Microsoft\\PassportForWork</q1:KeyPath>") +
            "<q1:Value><q1:Name>" + half.value + "</q1:Name><q1:Number>1</q1:Number></q1:Value>" +
            "</q1:RegistrySetting>";
  }
  return Extension("Registry", body, half.language.extension);
}

std::string SecurityExtension(const Half& half) {
  const std::string option =
      From("<q1:KeyName>MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\" +
           half.uac + "</q1:KeyName><q1:SettingNumber>1</q1:SettingNumber>");
  return Extension("Security", "<q1:SecurityOptions>" + option + "</q1:SecurityOptions>", "x");
}

std::string Text(const Half& half) {
  std::string text = "<" + half.kind + "><Name>" + half.account +
                     "</Name><Domain>corp.contoso.com</Domain><GPO><Name>" + half.language.gpo +
                     "</Name><Path><Identifier "
                     "xmlns='http://www.microsoft.com/GroupPolicy/Types'>" +
                     kGpo + "</Identifier></Path></GPO>" + RegistryExtension(half);
  text += half.uac.empty() ? "" : SecurityExtension(half);
  text +=
      "<EventsDetails><SinglePassEventsDetails><EventRecord><EventXml>&lt;Event&gt;"
      "&lt;Computer&gt;" +
      half.computer + "&lt;/Computer&gt;&lt;Security UserID='" + half.sid +
      "'/&gt;&lt;/Event&gt;</EventXml></EventRecord></SinglePassEventsDetails>"
      "</EventsDetails>";
  return text + "</" + half.kind + ">";
}

// Read an hour before the scan unless told otherwise.
std::string Gpresult(const std::vector<Half>& halves, Ticks age = kTicksPerDay / 24) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
      "<Rsop xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\"><ReadTime>" +
      FormatTime(ScanTest::DefaultNow() - age) + "</ReadTime><DataType>LoggedData</DataType>";
  for (const Half& half : halves) {
    text += Text(half);
  }
  return text + "</Rsop>\r\n";
}

class GroupPolicyTest : public ScanTest {
 protected:
  static Half Computer(const Story& story, const std::string& value = "") {
    return {.account = "CORP\\" + story.device + "$",
            .computer = story.device + ".corp.contoso.com",
            .value = value};
  }

  static Half User(const Story& story, const std::string& value = "") {
    return {.kind = "UserResults",
            .account = "CORP\\" + story.user,
            .computer = story.device + ".corp.contoso.com",
            .sid = samples::LogonSid(story),
            .value = value};
  }

  // The healthy device without these exports, and with this gpresult.
  void PutWithout(const std::vector<std::string>& exports, const std::string& gpresult) const {
    const Story story = Healthy();
    Files files = samples::DeviceFiles(story, Pki());
    for (const std::string& one : exports) {
      Drop(files, one);
    }
    if (!gpresult.empty()) {
      files.emplace_back(story.device + "/gpresult.xml", gpresult);
    }
    PutFiles("devices", files);
    PutEnvironment();
  }

  // Whatever else there is, Hello is left open, and no word of the finding comes from gpresult.
  void ExpectNothingSaid() const {
    const Story story = Healthy();
    const Results results = Scan();
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
    Expect(results, {.subject = UserOf(story),
                     .rule = kRule,
                     .verdict = Verdict::kUnknown,
                     .because = WhyUnknown::kNotCollected});
    ASSERT_NE(results.Find(UserOf(story), kRule), nullptr);
    EXPECT_TRUE(std::ranges::none_of(
        results.Find(UserOf(story), kRule)->evidence,
        [](const EvidenceRef& ref) { return ref.file.ends_with("gpresult.xml"); }));
  }
};

const std::vector<std::string> kBoth = {"policies.reg", "policies_user.reg"};
const std::vector<std::string> kComputerOnly = {"policies.reg"};
const std::vector<std::string> kUserOnly = {"policies_user.reg"};

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

TEST_F(GroupPolicyTest, TheRegistryOfTheDeviceOutweighsIt) {
  const Story story = Healthy();
  PutWithout({}, Gpresult({Computer(story, "Enabled"), User(story, "Enabled")}));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  Expect(results, {.subject = UserOf(story), .rule = kRule, .verdict = Verdict::kPass});
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
