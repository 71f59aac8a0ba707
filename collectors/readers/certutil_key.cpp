#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "collectors/readers/certutil_element.h"

namespace whfb::readers {

namespace {

// Results of a key test (winerror.h). The key is gone: NO_KEY, NOT_FOUND, BAD_KEYSET,
// KEYSET_NOT_DEF, KEYSET_ENTRY_BAD.
constexpr std::array<std::uint32_t, 5> kKeyGone = {0x8009000d, 0x80090011, 0x80090016, 0x80090019,
                                                   0x8009001a};

// The test was not made, which says nothing about the key: SILENT_CONTEXT, NOT_SUPPORTED,
// UI_REQUIRED, DEVICE_NOT_READY, AUTHENTICATION_IGNORED, INCORRECT_PASSWORD, DEVICE_NOT_FOUND,
// USER_CANCELLED, NOT_ACTIVE_CONSOLE, SCARD_W_CANCELLED_BY_USER, ERROR_CANCELLED.
constexpr std::array<std::uint32_t, 11> kNotTested = {
    0x80090022, 0x80090029, 0x8009002e, 0x80090030, 0x80090031, 0x80090033,
    0x80090035, 0x80090036, 0x80090038, 0x8010006e, 0x800704c7};

// Opening a Hello key over Remote Desktop ends so, too (requirements.md B6).
constexpr std::uint32_t kPermissionDenied = 0x80090010;

// Fragments that survive a lost accent. English, German and French as seen in real output; of the
// others only what denies the word for "passed".
constexpr std::array<std::string_view, 4> kPassed = {"passed", "durchgef", "ussi",
                                                     "\xe9\x80\x9a\xe8\xbf\x87"};
constexpr std::array<std::string_view, 7> kFailed = {
    "failed", "not passed", "fehlgeschlagen", "nicht durchgef", "chou", "pas r", "\xe6\x9c\xaa"};
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
  bool indented = false;    // the line of the container was
  bool broken = false;      // what follows the container may be the rest of it
};

bool IsProperty(std::string_view line) {
  return line.find("_PROP_ID(") != std::string_view::npos;
}

void TakeAssignment(std::string_view line, const LabelledValue& assignment, KeyLines& lines) {
  if (!lines.container) {
    lines.container = assignment;
    lines.indented = IsIndented(line);
  } else if (!lines.provider) {
    lines.provider = assignment;
  }
}

void TakeSentenceLine(std::string_view line, bool verbose, KeyLines& lines) {
  if (!SplitAtEquals(line) && (!verbose || !IsIndented(line))) {
    lines.sentences.push_back(TrimBlanks(line));
  }
}

void TakeLine(std::string_view line, bool inside, bool verbose, KeyLines& lines) {
  const bool open = inside && lines.container && !lines.provider;
  // What belongs to the container is indented as it is, and has a label.
  const bool strange = open && lines.indented && !IsIndented(line);
  if (const auto assignment = SplitAtEquals(line); inside && assignment && !strange) {
    TakeAssignment(line, *assignment, lines);
    return;
  }
  const auto pair = SplitAtColon(line);
  if (open && pair && lines.other_name.empty() && !strange) {
    lines.other_name = pair->value;
    return;
  }
  lines.broken = lines.broken || (open && lines.other_name.empty());
  if (!strange) {
    TakeSentenceLine(line, verbose, lines);
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

// What the sentences about the key say together.
struct KeyTest {
  bool gone = false;
  bool passed = false;
  bool failed = false;
  bool restricted = false;                         // "Private key is NOT exportable"
  bool unread = false;                             // a sentence that means nothing to us
  WhyUnknown refused = WhyUnknown::kNotCollected;  // why there was no test; else not-collected
};

void TakeFailure(std::uint32_t code, bool says_failed, KeyTest& test) {
  if (std::ranges::find(kKeyGone, code) != kKeyGone.end()) {
    test.gone = true;
  } else if (code == kPermissionDenied) {
    test.refused = WhyUnknown::kDenied;
  } else if (!says_failed || std::ranges::find(kNotTested, code) != kNotTested.end()) {
    test.refused = std::max(test.refused, WhyUnknown::kNeedsLive);
  } else {
    test.failed = true;
  }
}

void TakeSentence(std::string_view sentence, CertificateRecord& record, KeyTest& test) {
  const std::uint32_t code = ErrorCodeIn(sentence);
  const bool failed = ContainsAny(sentence, kFailed);
  if (ContainsAny(sentence, kMissing)) {
    test.gone = true;
  } else if (code != 0 || failed) {
    TakeFailure(code, failed, test);
  } else if (ContainsAny(sentence, kExport)) {
    test.restricted = true;
    record.exportable = Known<bool>::Present(ContainsAny(sentence, kPlainText));
  } else if (ContainsAny(sentence, kPassed)) {
    test.passed = true;
  } else {
    test.unread = true;
  }
}

// One test that passed shows the key, whatever another kind of test ended in (a key that only
// signs does not decrypt). That the key is restricted shows that it was opened, but a sentence
// after it may take that back.
Known<bool> KeyPresence(const KeyTest& test, bool finished) {
  if (test.gone || test.passed) {
    return Known<bool>::Present(!test.gone);
  }
  if (test.refused != WhyUnknown::kNotCollected) {
    return Known<bool>::Unknown(test.refused);
  }
  if (test.failed) {
    return Known<bool>::Present(false);
  }
  if (test.unread) {
    return Known<bool>::Unknown(WhyUnknown::kAmbiguous);
  }
  if (!finished) {
    return Known<bool>::Unknown(WhyUnknown::kTruncated);
  }
  return test.restricted ? Known<bool>::Present(true)
                         : Known<bool>::Unknown(WhyUnknown::kNotCollected);
}

void ReadSentences(const KeyLines& lines, bool finished, CertificateRecord& record) {
  KeyTest test;
  for (const std::string_view sentence : lines.sentences) {
    TakeSentence(sentence, record, test);
  }
  record.key_present = KeyPresence(test, finished);
  if (test.passed && !test.restricted && lines.sentences.size() == 1) {
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
  if (sorted.broken) {
    record.container = Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
    ReadSentences(sorted, finished, record);
  } else if (sorted.container && !cut_name) {
    const bool legacy = IsUniqueName(sorted.container->value) && !sorted.other_name.empty() &&
                        !IsUniqueName(sorted.other_name);
    record.container = KeepText(legacy ? sorted.other_name : sorted.container->value, sink);
    ReadSentences(sorted, finished, record);
  }
}

}  // namespace whfb::readers
