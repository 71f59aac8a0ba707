#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "collectors/readers/certutil_element.h"

namespace whfb::readers {

namespace {

constexpr std::uint32_t kNteNoKey = 0x8009000d;
constexpr std::uint32_t kNteBadKeyset = 0x80090016;

// Fragments that survive a lost accent. English, German and French as seen in real output.
constexpr std::array<std::string_view, 5> kPassed = {"passed", "durchgef", "ussi",
                                                     "\xe9\x80\x9a\xe8\xbf\x87", "superado"};
constexpr std::array<std::string_view, 1> kMissing = {"missing stored keyset"};
constexpr std::array<std::string_view, 6> kExport = {
    "export",
    "esport",
    "\xe5\xaf\xbc\xe5\x87\xba",
    "\xe3\x82\xa8\xe3\x82\xaf\xe3\x82\xb9\xe3\x83\x9d\xe3\x83\xbc\xe3\x83\x88",
    "\xd1\x8d\xd0\xba\xd1\x81\xd0\xbf\xd0\xbe\xd1\x80\xd1\x82",
    "eksport"};
constexpr std::array<std::string_view, 4> kPlainText = {"plain text", "klartext", "texte brut",
                                                        "\xe7\xba\xaf\xe6\x96\x87\xe6\x9c\xac"};

template <std::size_t N>
bool ContainsAny(std::string_view text, const std::array<std::string_view, N>& parts) {
  return std::ranges::any_of(parts,
                             [text](std::string_view part) { return ContainsNoCase(text, part); });
}

// Lines of the key part, told apart by their form.
struct KeyLines {
  std::optional<LabelledValue> container{};
  std::optional<LabelledValue> provider{};
  std::string_view other_name{};  // "Simple" or "Unique container name"
  std::vector<std::string_view> sentences{};
  bool properties = false;  // the `-v` property list was shown
};

bool IsProperty(std::string_view line) {
  return line.find("_PROP_ID(") != std::string_view::npos;
}

void TakeLine(std::string_view line, bool inside, bool verbose, KeyLines& lines) {
  const auto assignment = SplitAtEquals(line);
  if (inside && assignment) {
    if (!lines.container) {
      lines.container = assignment;
    } else if (!lines.provider) {
      lines.provider = assignment;
    }
    return;
  }
  const auto pair = SplitAtColon(line);
  if (inside && pair && lines.container && lines.other_name.empty() && !lines.provider) {
    lines.other_name = pair->value;
    return;
  }
  const bool indented = line.starts_with(' ') || line.starts_with('\t');
  if (!assignment && (!verbose || !indented)) {
    lines.sentences.push_back(TrimBlanks(line));
  }
}

KeyLines Sort(std::span<const TextLine> all, bool verbose) {
  KeyLines lines;
  bool inside = !verbose;
  for (const TextLine& line : all) {
    if (IsProperty(line.text)) {
      lines.properties = true;
      lines.sentences.clear();
      inside = line.text.find("CERT_KEY_PROV_INFO_PROP_ID(") != std::string_view::npos;
      continue;
    }
    TakeLine(line.text, inside, verbose, lines);
  }
  if (verbose && !lines.properties) {
    lines.sentences.clear();
  }
  return lines;
}

// The file name of a legacy key: 32 hex digits, "_", the machine GUID.
bool IsUniqueName(std::string_view name) {
  return name.size() > 33 && name[32] == '_' && HexOf(name.substr(0, 32)).size() == 32;
}

void ReadSentences(const KeyLines& lines, CertificateRecord& record) {
  bool restricted = false;
  bool tested = false;
  for (const std::string_view sentence : lines.sentences) {
    const std::uint32_t code = ErrorCodeIn(sentence);
    if (ContainsAny(sentence, kMissing) || code == kNteNoKey || code == kNteBadKeyset) {
      record.key_present = Known<bool>::Present(false);
    } else if (code != 0) {
      record.key_present = Known<bool>::Unknown(WhyUnknown::kNeedsLive);
    } else if (ContainsAny(sentence, kExport)) {
      restricted = true;
      record.exportable = Known<bool>::Present(ContainsAny(sentence, kPlainText));
    } else if (ContainsAny(sentence, kPassed)) {
      tested = true;
    }
  }
  const bool decided = record.key_present.present();
  if (!decided && (tested || restricted)) {
    // certutil can only say so after it opened the key.
    record.key_present = Known<bool>::Present(true);
  } else if (!decided && !lines.sentences.empty() &&
             record.key_present.why == WhyUnknown::kNotCollected) {
    record.key_present = Known<bool>::Unknown(WhyUnknown::kAmbiguous);
  }
  if (tested && !restricted && lines.sentences.size() == 1) {
    record.exportable = Known<bool>::Present(true);
  }
}

void MarkNoKey(CertificateRecord& record) {
  record.provider = Known<std::string_view>::Absent();
  record.container = Known<std::string_view>::Absent();
  record.key_present = Known<bool>::Present(false);
}

}  // namespace

void ReadKeyPart(std::span<const TextLine> lines,
                 bool verbose,
                 bool finished,
                 RecordSink& sink,
                 CertificateRecord& record) {
  const KeyLines sorted = Sort(lines, verbose);
  const bool shown = sorted.container || sorted.provider;
  if (!shown && (verbose ? finished && sorted.properties : !sorted.sentences.empty())) {
    MarkNoKey(record);
    return;
  }
  const WhyUnknown missing = finished ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated;
  record.provider = Known<std::string_view>::Unknown(missing);
  record.container = Known<std::string_view>::Unknown(missing);
  record.key_present.why = finished ? WhyUnknown::kNotCollected : WhyUnknown::kTruncated;
  if (sorted.provider) {
    record.provider = KeepText(sorted.provider->value, sink);
  }
  // The friendly name of a legacy key stands below its file name: a cut between the two hides it.
  const bool cut_name = !finished && !sorted.provider && sorted.other_name.empty() &&
                        sorted.container && IsUniqueName(sorted.container->value);
  if (sorted.container && !cut_name) {
    const bool legacy = IsUniqueName(sorted.container->value) && !sorted.other_name.empty() &&
                        !IsUniqueName(sorted.other_name);
    record.container = KeepText(legacy ? sorted.other_name : sorted.container->value, sink);
    ReadSentences(sorted, record);
  }
}

}  // namespace whfb::readers
