// RegParser: the lines of one .reg file to RegistryRoot, RegistryKey and RegistryValue.
//
// What a file proves. A version 5 file in UTF-16 whose keys all lie below its first one, without
// comments and deletions, is an export of that subtree: keys and values that are not in it do not
// exist. Anything else with a header is a script or an edited copy: what it says is there, what
// it leaves out is unknown. The MDM registry dump (no header) lists keys with all their values,
// but does not say which keys it left out. A file that does not end with the empty line that
// every writer leaves was cut.

#ifndef WHFB_COLLECTORS_READERS_REG_PARSER_H_
#define WHFB_COLLECTORS_READERS_REG_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "collectors/readers/reg_lines.h"
#include "collectors/readers/reg_value.h"
#include "collectors/readers/registry_record.h"

namespace whfb::readers {

class RegParser {
 public:
  // Both must outlive this.
  RegParser(const EvidenceView& evidence, RecordSink& sink);

  void Run();

  [[nodiscard]] std::uint64_t keys() const { return keys_; }

  [[nodiscard]] bool has_header() const { return has_header_; }

 private:
  enum class Open : std::uint8_t { kNothing, kHex, kText, kDumpText };

  struct KeyState {
    std::string path{};
    std::uint64_t line = 0;
    bool wanted = false;
    bool deleted = false;
    bool damaged = false;
    bool lost =
        false;  // another key may begin in a damaged line: whose the values are is not known
    std::string_view kept_path{};
  };

  void Line(std::string_view line);
  [[nodiscard]] bool IsBad(std::string_view line) const;
  bool Continuation(std::string_view line);
  bool DumpContinuation(std::string_view line);
  void Fresh(std::string_view line);
  void Header(std::string_view line);
  void KeyLine(std::string_view line);
  void ValueLine(std::string_view line);
  void OpenValue(std::string_view line, std::string_view data);
  void Append(std::string_view line);
  void FinishValue(bool whole);
  void FinishKey();
  void FinishSection(bool whole);
  void Damage(WhyUnknown why, std::string message);

  const EvidenceView& evidence_;
  RecordSink& sink_;
  RegLines lines_;
  RegDialect dialect_ = RegDialect::kDump;
  bool has_header_ = false;
  bool version5_ = false;

  // The section: from one header to the next (files may be joined).
  std::string root_{};  // lower case; empty before the first key
  std::string_view kept_root_{};
  std::uint64_t root_line_ = 0;
  bool script_ = false;
  bool damaged_ = false;
  WhyUnknown why_ = WhyUnknown::kMalformed;  // of the first damage
  std::vector<RegistryKey> section_keys_{};
  std::unordered_set<std::string> seen_{};  // wanted keys of the section, lower case

  KeyState key_{};
  std::uint64_t keys_ = 0;
  bool last_blank_ = false;

  Open open_ = Open::kNothing;
  std::string value_{};  // the logical value line, of wanted keys only
  std::uint64_t value_line_ = 0;
  bool bad_line_ = false;   // the line holds what cannot be text
  bool bad_value_ = false;  // a line of the open value does
  bool closed_ = true;      // kDumpText: the text may be over
  bool too_large_ = false;
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REG_PARSER_H_
