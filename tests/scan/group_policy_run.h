// Made results of Group Policy (gpresult /x), and the healthy device with one of them: what differs
// from it is which registry exports are there.

#ifndef WHFB_TESTS_SCAN_GROUP_POLICY_RUN_H_
#define WHFB_TESTS_SCAN_GROUP_POLICY_RUN_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "samples/contoso_exports.h"
#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

using samples::Files;
using samples::Story;

inline constexpr const char* kRule = "policy.gpo-with-intune-certs";
inline constexpr const char* kUac = "uac.secure-desktop-run-as";
inline constexpr const char* kGpo = "{11111111-1111-1111-1111-111111111111}";

// What differs between two languages of the console.
struct Language {
  std::string extension = "Registry";
  std::string gpo = "Workstations";
  std::string policy = "Configure Windows spotlight";
  std::string state = "Enabled";
};

inline const Language kGerman{.extension = "Registrierung",
                              .gpo = "Arbeitsplätze",
                              .policy = "Windows-Blickpunkt konfigurieren",
                              .state = "Aktiviert"};
inline const Language kFrench{.extension = "Registre",
                              .gpo = "Postes de travail",
                              .policy = "Configurer Windows à la une",
                              .state = "Activé"};

// A half of `gpresult /x`; what is empty is not there.
struct Half {
  std::string kind = "ComputerResults";
  std::string account{};
  std::string domain = "corp.contoso.com";
  std::string computer{};  // that its events name
  std::string sid = "S-1-5-18";
  std::string value{};  // below PassportForWork, set to 1
  std::string uac{};    // security option, set to 1
  Language language{};
};

inline std::string From(std::string_view rest) {
  return std::string(
             "<GPO xmlns='http://www.microsoft.com/GroupPolicy/Settings/Base'><Identifier "
             "xmlns='http://www.microsoft.com/GroupPolicy/Types'>")
      .append(kGpo)
      .append("</Identifier></GPO><Precedence ")
      .append("xmlns='http://www.microsoft.com/GroupPolicy/Settings/Base'>1</Precedence>")
      .append(rest);
}

inline std::string Extension(std::string_view space, std::string_view body, std::string_view name) {
  return std::string("<ExtensionData><Extension ")
      .append("xmlns:q1='http://www.microsoft.com/GroupPolicy/Settings/")
      .append(space)
      .append("' xmlns='http://www.microsoft.com/GroupPolicy/Settings'>")
      .append(body)
      .append("</Extension><Name xmlns='http://www.microsoft.com/GroupPolicy/Settings'>")
      .append(name)
      .append("</Name></ExtensionData>");
}

inline std::string RegistryExtension(const Half& half) {
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

inline std::string SecurityExtension(const Half& half) {
  const std::string option =
      From("<q1:KeyName>MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\" +
           half.uac + "</q1:KeyName><q1:SettingNumber>1</q1:SettingNumber>");
  return Extension("Security", "<q1:SecurityOptions>" + option + "</q1:SecurityOptions>", "x");
}

// Of an extension that had no error.
inline std::string Status(const std::string& id) {
  return "<ExtensionStatus><Identifier>" + id +
         "</Identifier><LoggingStatus>Complete</LoggingStatus><Error>0</Error></ExtensionStatus>";
}

inline std::string Text(const Half& half) {
  std::string text = "<" + half.kind + ">" + Status("{35378EAC-683F-11D2-A89A-00C04FBBCFA2}") +
                     Status("{827D319E-6EAC-11D2-A4EA-00C04F79F83A}") + "<Name>" + half.account +
                     "</Name><Domain>" + half.domain + "</Domain><GPO><Name>" + half.language.gpo +
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

inline constexpr Ticks kHour = kTicksPerDay / 24;
inline constexpr Ticks kFiveHours = 5 * kHour;

// Read an hour before the scan unless told otherwise.
inline std::string Gpresult(const std::vector<Half>& halves, Ticks age = kHour) {
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

  static CoverageRecord CoverageOf(const Results& results) {
    const auto entry = std::ranges::find_if(results.coverage, [](const CoverageRecord& one) {
      return one.file.ends_with("gpresult.xml");
    });
    return entry == results.coverage.end() ? CoverageRecord{} : *entry;
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

inline const std::vector<std::string> kBoth = {"policies.reg", "policies_user.reg"};
inline const std::vector<std::string> kComputerOnly = {"policies.reg"};
inline const std::vector<std::string> kUserOnly = {"policies_user.reg"};

}  // namespace whfb::scan_test

#endif  // WHFB_TESTS_SCAN_GROUP_POLICY_RUN_H_
