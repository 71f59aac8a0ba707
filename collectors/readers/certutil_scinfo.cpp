// `certutil -scinfo`: the smart cards of a session and their certificates (formats.md section 1).
//
// Hello shows itself as a card in a reader of its own. Only the certificates of that card become
// records. Such a card may be that of another computer, from which the session was opened, and it
// is shown with the providers of smart cards: so what is said of its key is kept only where the
// Hello provider itself is named. A card shows what it offers, never that a store holds no more.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_found.h"
#include "collectors/readers/certutil_verbs.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

using Lines = std::span<const TextLine>;

constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;
constexpr std::string_view kHelloReader = "Windows Hello for Business";
constexpr std::string_view kHelloProvider = "Microsoft Passport Key Storage Provider";
constexpr std::string_view kState = "SCARD_STATE_";
constexpr std::string_view kOfCard = "--- ";

// "--------------===========================--------------" and "====...====".
bool IsSeparator(std::string_view line) {
  constexpr std::size_t kShortest = 32;
  line = TrimBlanks(line);
  return line.size() >= kShortest && line.find_first_not_of("-=") == std::string_view::npos &&
         line.find('=') != std::string_view::npos;
}

// "--- Reader: Windows Hello for Business 1", also where it is indented.
std::optional<std::string_view> CardLine(std::string_view line) {
  const auto pair = TrimBlanks(line).starts_with(kOfCard) ? SplitAtColon(line) : std::nullopt;
  return pair ? std::optional(pair->value) : std::nullopt;
}

// One key of one card: what is between two banners.
struct CardKey {
  Banner banner{};
  std::uint64_t line = 0;
  std::string_view reader{};
  std::string_view provider{};
  std::string_view container{};
  Lines certificate{};  // and what follows it
  bool damaged = false;
};

CardKey ReadKey(const Banner& banner, std::uint64_t line, Lines lines) {
  CardKey key{.banner = banner, .line = line};
  std::size_t i = 0;
  for (; i < lines.size(); ++i) {
    const std::string_view text = lines[i].text;
    if (lines[i].damaged) {
      key.damaged = true;
    } else if (const auto of_card = CardLine(text)) {
      key.reader = key.reader.empty() ? *of_card : key.reader;
    } else if (const auto pair = SplitAtEquals(text); pair && !SplitAtColon(text)) {
      (key.provider.empty() ? key.provider : key.container) = pair->value;
    } else {
      break;
    }
  }
  key.certificate = lines.subspan(i);
  return key;
}

// A key that cannot be opened shows no certificate, and so does one without any.
bool HoldsCertificate(Lines lines) {
  return std::ranges::any_of(lines, [](const TextLine& line) {
    const auto pair = SplitAtColon(line.text);
    return pair &&
           (ContainsNoCase(LastInParentheses(pair->label), "sha1") || LooksLikeName(pair->value));
  });
}

class ScInfoReader {
 public:
  ScInfoReader(const EvidenceView& evidence, RecordSink& sink)
      : sink_(sink), found_(evidence, sink) {}

  // False when the lines are no such output.
  bool Read(Lines lines) {
    bool shows_cards = false;
    std::optional<Banner> banner;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= lines.size(); ++i) {
      const bool end = i == lines.size();
      const auto next = end ? std::nullopt : ReadBanner(lines[i].text);
      if (banner && (end || next || IsSeparator(lines[i].text) || IsToolLine(lines[i].text))) {
        TakeKey(ReadKey(*banner, lines[start].number, lines.subspan(start + 1, i - start - 1)),
                !end);
        banner.reset();
      }
      if (next) {
        banner = next;
        start = i;
      }
      shows_cards = shows_cards || (!end && IsOfCards(lines[i].text));
    }
    found_.Emit();
    if (others_ > 0) {
      sink_.note += ", keys of other cards: " + std::to_string(others_);
    }
    return shows_cards;
  }

  static bool IsOfCards(std::string_view line) {
    return line.find(kState) != std::string_view::npos || NamesVerb(line, "scinfo") ||
           CardLine(line);
  }

 private:
  void TakeKey(const CardKey& key, bool finished) {
    if (key.damaged || key.reader.empty()) {
      sink_.AddGap({.place = key.line,
                    .why = finished ? WhyUnknown::kMalformed : WhyUnknown::kTruncated,
                    .message = "key " + std::to_string(key.banner.index) +
                               ": the reader of the card is not told"});
      return;
    }
    if (!SameNoCase(key.reader.substr(0, kHelloReader.size()), kHelloReader)) {
      ++others_;
      return;
    }
    if (finished && !HoldsCertificate(key.certificate)) {
      return;
    }
    CertificateRecord* const record = found_.Add(
        {.banner = key.banner, .line = key.line, .lines = key.certificate, .finished = finished});
    if (record == nullptr) {
      return;
    }
    record->scope = StoreScope::kUser;
    record->on_card = true;
    if (key.provider == kHelloProvider) {
      record->provider = KeepText(key.provider, sink_);
      record->container =
          key.container.empty() ? Known<std::string_view>{} : KeepText(key.container, sink_);
    }
  }

  RecordSink& sink_;
  FoundCertificates found_;
  std::size_t others_ = 0;
};

Status ReadCertutilScinfo(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const std::vector<TextLine> lines = CapturedLines(decoded);
  if (!ScInfoReader(evidence, sink).Read(lines)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no smart card of certutil"};
  }
  AddOtherCommandGap(decoded, "scinfo", sink);
  return Ok{};
}

// Its banners are those of store listings: what stands before the first one, or directly below it,
// tells them apart.
int RecogniseCertutilScinfo(const Head& head) {
  constexpr int kCardScore = 85;
  TextLines lines(head.Text());
  std::string_view line;
  bool banner = false;
  while (lines.Next(line)) {
    if (TrimBlanks(line).empty()) {
      continue;
    }
    if (banner) {
      return CardLine(line) ? kCardScore : 0;
    }
    if (line.find(kState) != std::string_view::npos ||
        (IsToolLine(line) && NamesVerb(line, "scinfo"))) {
      return kCardScore;
    }
    banner = ReadBanner(line).has_value();
    if (!banner && NamesVerb(line, "store")) {
      return 0;
    }
  }
  return 0;
}

}  // namespace

extern const ReaderSpec kCertutilScinfoReader;  // declared again by the generated list

const ReaderSpec kCertutilScinfoReader = {.kind = "certutil-scinfo",
                                          .max_bytes = kMaxBytes,
                                          .recognise = RecogniseCertutilScinfo,
                                          .read = ReadCertutilScinfo};

}  // namespace whfb::readers
