// .rdp files: "name:type:value" lines, type i, s or b, UTF-16LE with BOM as mstsc writes them or 8
// bit (Microsoft Learn, "Supported RDP properties").

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/connection_record.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kMaxSettings = 4096;
constexpr int kLinesToJudge = 5;

// Names that only .rdp files have; one of them makes a text such a file.
constexpr std::array<std::string_view, 9> kMarks = {
    "full address",         "alternate full address", "screen mode id",
    "redirectsmartcards",   "redirectclipboard",      "session bpp",
    "authentication level", "enablecredsspsupport",   "remoteapplicationmode"};

struct Line {
  std::string_view name{};
  char type = '\0';  // '\0': the line is no setting
  std::string_view value{};
};

bool IsNameLetter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == ' ' || letter == '-' || letter == '_';
}

Line Split(std::string_view line) {
  const std::size_t first = line.find(':');
  if (first == 0 || first == std::string_view::npos || first + 2 >= line.size() ||
      line[first + 2] != ':' || !std::ranges::all_of(line.substr(0, first), IsNameLetter)) {
    return {};
  }
  const char type = LowerLetter(line[first + 1]);
  if (type != 'i' && type != 's' && type != 'b') {
    return {};
  }
  return {.name = TrimBlanks(line.substr(0, first)),
          .type = type,
          .value = TrimBlanks(line.substr(first + 3))};
}

int RecogniseRdp(const Head& head) {
  const char first = head.FirstLetter();
  if (!IsNameLetter(first) || first == ' ') {
    return 0;
  }
  TextLines lines(head.Text());
  std::string_view line;
  int seen = 0;
  bool marked = head.name().ends_with(".rdp");
  while (seen < kLinesToJudge && lines.Next(line)) {
    line = TrimBlanks(line);
    if (line.empty()) {
      continue;
    }
    const Line setting = Split(line);
    const bool cut = setting.type == '\0' && seen > 0 && head.bytes().size() == kHeadBytes;
    if (setting.type == '\0' && !cut) {
      return 0;
    }
    ++seen;
    marked = marked || std::ranges::any_of(kMarks, [&](std::string_view mark) {
               return SameNoCase(mark, setting.name);
             });
  }
  return marked && seen > 0 ? 75 : 0;
}

// The last line is only known when it ends: a cut value would be another one.
bool EndsItsLine(std::string_view text) {
  return text.ends_with('\n') || text.ends_with('\r');
}

class RdpReading {
 public:
  RdpReading(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), file_(sink.Keep(evidence.path)) {}

  void Read(const DecodedText& decoded) {
    TextLines lines(decoded);
    std::string_view line;
    while (lines.Next(line)) {
      const bool last = line.data() + line.size() == decoded.text.data() + decoded.text.size();
      if (last && !line.empty() && !EndsItsLine(decoded.text)) {
        sink_.AddGap({lines.number(), WhyUnknown::kTruncated, "the last line does not end"});
      } else if (lines.damaged()) {
        sink_.AddGap({lines.number(), WhyUnknown::kMalformed, std::string(kDamagedLine)});
      } else if (!AddLine(TrimBlanks(line), lines.number())) {
        break;
      }
    }
    sink_.records.Add(RdpFile{.file = file_, .source = evidence_.At(0)});
  }

 private:
  // False: too many.
  bool AddLine(std::string_view line, std::uint64_t number) {
    if (line.empty()) {
      return true;
    }
    const Line setting = Split(line);
    if (setting.type == '\0') {
      sink_.AddGap({number, WhyUnknown::kMalformed, "not name:type:value"});
      return true;
    }
    if (sink_.record_count >= kMaxSettings) {
      sink_.AddGap({number, WhyUnknown::kTooLarge, "more than 4096 settings"});
      return false;
    }
    ++sink_.record_count;
    const std::string_view name = sink_.Keep(LowerAscii(setting.name));
    sink_.records.Add(
        RdpSetting{.file = file_,
                   .name = name,
                   .value = setting.type == 'b' ? std::string_view{} : sink_.Keep(setting.value),
                   .type = setting.type,
                   .source = evidence_.At(number, name)});
    return true;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::string_view file_;
};

Status ReadRdp(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  RdpReading(evidence, sink).Read(decoded);
  sink.note = std::string(decoded.encoding).append(", connection file");
  return Ok{};
}

}  // namespace

extern const ReaderSpec kRdpFileReader;  // declared again by the generated list

const ReaderSpec kRdpFileReader = {.kind = "rdp-file",
                                   .max_bytes = kMaxBytes,
                                   .recognise = RecogniseRdp,
                                   .read = ReadRdp,
                                   .environment = true};

}  // namespace whfb::readers
