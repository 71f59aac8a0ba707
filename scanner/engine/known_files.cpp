#include "scanner/engine/known_files.h"

#include <algorithm>
#include <array>
#include <string>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/event_csv.h"

namespace whfb::engine {

namespace {

using namespace std::string_view_literals;

// A new kind of file is one line here. Marks are compared with the first bytes as text without BOM,
// NUL and leading blanks, so that UTF-16 does as well; they must be of that format alone.
struct ByContent {
  std::string_view mark;
  bool at_start = false;  // the text begins with it
  std::string_view why{};
};

constexpr std::string_view kEventsAsCsv =
    "events as CSV: names of fields and zones of times are lost; export the log with wevtutil epl";

constexpr std::array kByContent = {
    ByContent{"<title>MDM Diagnostic Report", false,
              "MDM diagnostics as HTML: MDMDiagReport.xml says the same and is read"},
    ByContent{"\"MdmDiagVersion\"", false,
              "description of an MDM diagnostics package: the registry dump beside it is read"},
    ByContent{"\"AreaName\" : \"", false,
              "log of the MDM collector: what it tried, not what it found"},
    ByContent{"TpmHLI GetVersion", false,
              "state of the TPM as text: which provider holds a key is read from the certificates"},
    ByContent{"<policyComments", false,
              "comments on the settings of a GPO: Registry.pol holds the settings and is read"},
    ByContent{"<policyDefinitionResources", false,
              "texts of administrative templates: no settings"},
    ByContent{"<policyDefinitions", false,
              "administrative template: says what can be set, not what is set"},
    ByContent{"<BackupInst", false,
              "names of a GPO backup: gpreport.xml beside it says the same and is read"},
    ByContent{"<title>Battery report", false, "battery report: says nothing about sign-in"},
    ByContent{"<MsInfo", false, "system information (msinfo32): says nothing about sign-in"},
    ByContent{"[.ShellClassInfo]", true, "how Explorer shows a folder: no evidence"},
    ByContent{"[ZoneTransfer]", true, "mark of a downloaded file: no evidence"},
    ByContent{
        "\"PrincipalSID\"", false,
        "BloodHound objects that no rule asks about (computers, groups, policies, domains and "
        "their parts)"},
    ByContent{
        "<![LOG[", true,
        "log of Intune apps and scripts: certificates and policies come by MDM, whose event log "
        "is read"},
    ByContent{"SQLite format 3", true, "SQLite database: no reader uses one"},
    ByContent{"%PDF-", true, "PDF document: no evidence"},
    ByContent{"\x89PNG", true, "picture: no evidence"},
    ByContent{"\xFF\xD8\xFF", true, "picture: no evidence"},
};

// `pattern` is lower case; '*' stands for any letters, also none.
struct ByName {
  std::string_view pattern;
  std::string_view why{};
};

constexpr std::array kByName = {
    ByName{"mdmdiag*report.html",
           "MDM diagnostics as HTML: MDMDiagReport.xml says the same and is read"},
    ByName{"mdmdiaglogmetadata.json",
           "description of an MDM diagnostics package: the registry dump beside it is read"},
    ByName{"diagnosticsframeworkdata.json",
           "description of an MDM diagnostics package: the registry dump beside it is read"},
    ByName{"mdmlogcollectorfootprint.txt",
           "log of the MDM collector: what it tried, not what it found"},
    ByName{"tpmhliinfo_output.txt",
           "state of the TPM as text: which provider holds a key is read from the certificates"},
    ByName{"uefi_data_output.txt", "UEFI variables: say nothing about sign-in"},
    ByName{"devicehash_*.csv", "hardware hash for Autopilot: as good as a secret, never used"},
    ByName{
        "wlan-report*.html",
        "page that is called like a WLAN report and is none; collect certutil -store -user my as "
        "the user"},
    ByName{"*battery*report*.html", "battery report: says nothing about sign-in"},
    ByName{"*energy*report*.html", "energy report: says nothing about sign-in"},
    ByName{"*_certipy.txt", "report of Certipy as text: its JSON is read (certipy find -json)"},
    ByName{"*_certipy.csv", "report of Certipy as a table: its JSON is read (certipy find -json)"},
    ByName{"*.etl", "trace (ETL): the event logs of the same components are read"},
    ByName{"*netsh*", "output of netsh: network settings, which no rule judges"},
    ByName{"*ipconfig*", "output of ipconfig: network settings, which no rule judges"},
    ByName{"*powercfg*", "output of powercfg: says nothing about sign-in"},
    ByName{"*msinfo32*", "system information (msinfo32): says nothing about sign-in"},
    ByName{"*.cmtx",
           "comments on the settings of a GPO: Registry.pol holds the settings and is read"},
    ByName{"gpt.ini",
           "version of a GPO: Registry.pol and GptTmpl.inf hold its settings and are read"},
    ByName{"desktop.ini", "how Explorer shows a folder: no evidence"},
    ByName{"thumbs.db", "small pictures of a folder: no evidence"},
    ByName{".ds_store", "how a folder is shown: no evidence"},
    ByName{"*.dmp", "memory dump: may hold secrets, never used"},
    ByName{"*.pfx", "certificate with its private key: never read"},
    ByName{"*.p12", "certificate with its private key: never read"},
    ByName{"*.admx", "administrative template: says what can be set, not what is set"},
    ByName{"*.adml", "texts of administrative templates: no settings"},
    ByName{"readme", "notes for people: no evidence"},
    ByName{"readme.txt", "notes for people: no evidence"},
    ByName{"license", "notes for people: no evidence"},
    ByName{"license.txt", "notes for people: no evidence"},
    ByName{"*.md", "notes for people: no evidence"},
    ByName{"*.exe", "program: no evidence"},
    ByName{"*.dll", "program: no evidence"},
};

// As text: ASCII and UTF-16 look the same without NUL.
std::string HeadText(std::span<const std::byte> head) {
  std::string text;
  for (const std::byte octet : head) {
    if (octet != std::byte{0}) {
      text.push_back(static_cast<char>(octet));
    }
  }
  for (const std::string_view bom : {"\xEF\xBB\xBF"sv, "\xFF\xFE"sv, "\xFE\xFF"sv}) {
    if (text.starts_with(bom)) {
      text.erase(0, bom.size());
      break;
    }
  }
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

// In linear time for each star: the last one is tried at every later letter.
bool Matches(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t tried = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      tried = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[at]) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

// ".../{GUID}/15.dat": of a container that was copied without the folders above it.
bool IsNumberedInGuid(std::string_view lower_path, std::string_view name) {
  constexpr std::string_view kData = ".dat";
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  std::string_view folder = lower_path.substr(0, lower_path.size() - name.size());
  folder.remove_suffix(folder.ends_with('/') ? 1 : 0);
  folder = LastPart(folder);
  return digits != 0 && name.substr(digits) == kData &&
         (folder.starts_with('{') || folder.starts_with("%7b"));
}

}  // namespace

std::string_view WhyNotRead(std::span<const std::byte> head, std::string_view path) {
  if (IsHelloKeyFile(path)) {
    return kHelloKeyFile;
  }
  const std::string text = HeadText(head);
  if (IsEventCsv(text)) {
    return kEventsAsCsv;
  }
  for (const ByContent& known : kByContent) {
    const bool found =
        known.at_start ? text.starts_with(known.mark) : text.find(known.mark) != std::string::npos;
    if (found) {
      return known.why;
    }
  }
  const std::string name = LowerAscii(LastPart(path));
  const auto* const known =
      std::ranges::find_if(kByName, [&](const ByName& one) { return Matches(name, one.pattern); });
  return known == kByName.end() ? kUnknownFormat : known->why;
}

bool IsHelloKeyFile(std::string_view path) {
  static constexpr std::array kFolders = {"/microsoft/ngc/"sv, "/ngc/{"sv, "/ngc/%7b"sv,
                                          "/protectors/{"sv, "/protectors/%7b"sv};
  const std::string lower = "/" + LowerAscii(path);
  const std::string_view name = LastPart(lower);
  if (name == "1.dat" || name == "7.dat") {
    return false;
  }
  const bool inside = std::ranges::any_of(
      kFolders, [&](std::string_view folder) { return lower.find(folder) != std::string::npos; });
  return inside || IsNumberedInGuid(lower, name);
}

}  // namespace whfb::engine
