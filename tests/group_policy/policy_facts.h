// Runs collectors and derivations on Group Policy evidence.

#ifndef WHFB_TESTS_GROUP_POLICY_POLICY_FACTS_H_
#define WHFB_TESTS_GROUP_POLICY_POLICY_FACTS_H_

#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "tests/group_policy/policy_reading.h"

namespace whfb::readers {
extern const ReaderSpec kRegTextReader;
}  // namespace whfb::readers

namespace whfb::collectors {
extern const CollectorSpec kDeviceStateCollector;
extern const CollectorSpec kUacCollector;
extern const CollectorSpec kUacGpresultCollector;
extern const CollectorSpec kWhfbPolicyCollector;
extern const CollectorSpec kWhfbGpresultCollector;
extern const CollectorSpec kGpoSettingCollector;
extern const DerivationSpec kPolicySourceDerivation;
extern const DerivationSpec kUacEffectiveDerivation;
}  // namespace whfb::collectors

namespace whfb::test {

struct PolicyFacts {
  static const FactCatalog& Catalog() {
    static const FactCatalog catalog = collectors::MakeCatalog();
    return catalog;
  }

  PolicyReading reading{};
  FactSpace facts{Catalog()};
  collectors::Declared declared{};
  collectors::Moment moment{};

  void Collect(const collectors::CollectorSpec& collector) {
    collector.collect({.records = reading.records, .moment = moment, .declared = declared}, facts);
  }

  void Derive(const collectors::DerivationSpec& derivation) {
    derivation.derive({.moment = moment, .declared = declared}, facts);
  }

  // An export of one registry key of HKLM\SOFTWARE, with its values in .reg spelling.
  void ReadRegistry(std::string_view key, std::string_view values) {
    ReadKey(std::string("SOFTWARE\\").append(key), values);
  }

  // The device tells its own name.
  void ReadName(std::string_view name) {
    ReadKey("SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName",
            std::string("\"ComputerName\"=\"").append(name).append("\"\r\n"));
  }

  void ReadKey(std::string_view key, std::string_view values) {
    const std::string text = std::string("Windows Registry Editor Version 5.00\r\n\r\n")
                                 .append("[HKEY_LOCAL_MACHINE\\")
                                 .append(key)
                                 .append("]\r\n")
                                 .append(values)
                                 .append("\r\n");
    (void)reading.Read(readers::kRegTextReader, "\xFF\xFE" + Wide(text));
  }

  const Cell& Device(std::string_view fact) { return facts.Device().facts.Get(fact); }
};

// One extension of a logged result.
inline std::string Extension(std::string_view space, std::string_view body) {
  return std::string("<ExtensionData><Extension xmlns:q1=\"http://www.microsoft.com/GroupPolicy/")
      .append("Settings/")
      .append(space)
      .append("\">")
      .append(body)
      .append("</Extension></ExtensionData>");
}

// A security option of ...\Policies\System, by GPO {1111...}.
inline std::string UacOption(std::string_view name,
                             std::string_view number,
                             std::string_view rank) {
  return Extension("Security",
                   std::string("<q1:SecurityOptions><GPO><Identifier>")
                       .append("{11111111-1111-1111-1111-111111111111}</Identifier></GPO>")
                       .append("<Precedence>")
                       .append(rank)
                       .append("</Precedence><q1:KeyName>MACHINE\\Software\\Microsoft\\Windows\\")
                       .append("CurrentVersion\\Policies\\System\\")
                       .append(name)
                       .append("</q1:KeyName><q1:SettingNumber>")
                       .append(number)
                       .append("</q1:SettingNumber></q1:SecurityOptions>"));
}

// The status of an extension, by its id; `error` empty: not told.
inline std::string Status(std::string_view id, std::string_view error) {
  std::string status = std::string("<ExtensionStatus><Identifier>").append(id);
  status.append("</Identifier><LoggingStatus>Complete</LoggingStatus>");
  if (!error.empty()) {
    status.append("<Error>").append(error).append("</Error>");
  }
  return status.append("</ExtensionStatus>");
}

inline constexpr std::string_view kRegistryExtension = "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}";
inline constexpr std::string_view kSecurityExtension = "{827D319E-6EAC-11D2-A4EA-00C04F79F83A}";

// `half`: "ComputerResults" or "UserResults". Its extensions were without error.
inline std::string Rsop(std::string_view half, std::string_view inner) {
  return std::string("<Rsop xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\">")
      .append("<ReadTime>2026-11-20T08:30:00Z</ReadTime><DataType>LoggedData</DataType><")
      .append(half)
      .append(">")
      .append(Status(kRegistryExtension, "0"))
      .append(Status(kSecurityExtension, "0"))
      .append(inner)
      .append("</")
      .append(half)
      .append("></Rsop>");
}

}  // namespace whfb::test

#endif  // WHFB_TESTS_GROUP_POLICY_POLICY_FACTS_H_
