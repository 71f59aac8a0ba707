// `certutil [-csp PROVIDER] -key [-v]`: the keys of a key storage provider (formats.md section 1).
//
// The name of the provider and a colon, then a line with the name of each key, its algorithm below
// and with -v its properties. Only names with parts are kept, as those of Hello are: they tell
// whose key it is. That a key is not listed proves nothing, since a session shows its own alone.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/certutil_verbs.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;
constexpr std::ptrdiff_t kSlashes = 4;
constexpr std::string_view kVerb = "key";

// The head of the list of any provider: all that is below it is indented.
bool IsUnindentedHead(std::string_view line) {
  constexpr std::string_view kWideColon = "\xef\xbc\x9a";
  const bool indented = line.starts_with(' ') || line.starts_with('\t');
  line = TrimBlanks(line);
  return !indented && (line.ends_with(':') || line.ends_with(kWideColon));
}

// "S-1-12-1-1/GUID/login.windows.net/GUID/user@contoso.com"
bool IsKeyName(std::string_view line) {
  return line.find_first_of(":=\\") == std::string_view::npos &&
         std::ranges::count(line, '/') >= kSlashes;
}

// The algorithm stands below a name, indented as the name is; the rest of a name that a console
// broke stands at the left.
bool IsBroken(std::span<const TextLine> lines, std::size_t i) {
  if (i + 1 >= lines.size() || !IsKeyName(TrimBlanks(lines[i].text))) {
    return false;
  }
  const std::string_view next = lines[i + 1].text;
  const bool algorithm = next == "RSA" || next == "DSA" || next == "DH" || next.starts_with("EC");
  return !algorithm && !IsKeyName(next) && !next.starts_with(' ') && !next.starts_with('\t') &&
         !IsUnindentedHead(next) && !IsToolLine(next);
}

class KeyListReader {
 public:
  KeyListReader(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  // False when there is no list.
  bool Read(std::span<const TextLine> lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (IsBroken(lines, i)) {
        sink_.AddGap({.place = lines[i].number, .message = "the name of a key goes on below"});
      } else {
        TakeLine(lines[i]);
      }
    }
    if (open_) {
      sink_.AddGap({.place = head_,
                    .why = WhyUnknown::kTruncated,
                    .message = "no closing line of certutil"});
    }
    return lists_ > 0;
  }

 private:
  void TakeLine(const TextLine& line) {
    const std::string_view text = TrimBlanks(line.text);
    if (line.damaged) {
      // It may have been the head of another provider.
      EndProvider(line.number, kDamagedLine);
    } else if (const std::string_view provider = KeyListProvider(text); !provider.empty()) {
      open_ = true;
      ++lists_;
      head_ = line.number;
      provider_ = sink_.Keep(provider);
    } else if (IsToolLine(text)) {
      Close(line);
    } else if (IsUnindentedHead(line.text)) {
      EndProvider(line.number, "keys of a provider that is not known");
    } else if (open_ && !provider_.empty() && IsKeyName(text)) {
      sink_.records.Add(ListedKey{.provider = provider_,
                                  .name = sink_.Keep(text),
                                  .context = evidence_.context,
                                  .source = evidence_.At(line.number)});
      ++sink_.record_count;
    }
  }

  // The keys that follow are of another one.
  void EndProvider(std::uint64_t line, std::string_view why) {
    provider_ = {};
    if (open_) {
      sink_.AddGap({.place = line, .message = std::string(why)});
    }
  }

  void Close(const TextLine& line) {
    if (!NamesVerb(line.text, kVerb)) {
      return;
    }
    if (const std::uint32_t code = ErrorCodeIn(line.text); code != 0) {
      ++lists_;
      sink_.AddGap({.place = line.number,
                    .why = code == kAccessDenied ? WhyUnknown::kDenied : WhyUnknown::kNotCollected,
                    .message = "certutil reported a failure"});
    }
    open_ = false;
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  bool open_ = false;
  std::size_t lists_ = 0;
  std::uint64_t head_ = 0;
  std::string_view provider_{};
};

Status ReadCertutilKeyList(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const std::vector<TextLine> lines = CapturedLines(decoded);
  if (!KeyListReader(evidence, sink).Read(lines)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no list of keys of a provider"};
  }
  AddOtherCommandGap(decoded, kVerb, sink);
  return Ok{};
}

int RecogniseCertutilKeyList(const Head& head) {
  constexpr int kHeadScore = 75;
  constexpr int kFailureScore = 60;
  TextLines lines(head.Text());
  std::string_view line;
  while (lines.Next(line)) {
    if (BelongsToCertificates(line)) {
      return 0;
    }
    if (!KeyListProvider(line).empty()) {
      return kHeadScore;
    }
    if (IsToolLine(line) && NamesVerb(line, kVerb) && ErrorCodeIn(line) != 0) {
      return kFailureScore;
    }
  }
  return 0;
}

}  // namespace

extern const ReaderSpec kCertutilKeyListReader;  // declared again by the generated list

const ReaderSpec kCertutilKeyListReader = {.kind = "certutil-key-list",
                                           .max_bytes = kMaxBytes,
                                           .recognise = RecogniseCertutilKeyList,
                                           .read = ReadCertutilKeyList};

}  // namespace whfb::readers
