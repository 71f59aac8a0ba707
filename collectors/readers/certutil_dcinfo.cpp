// `certutil -dcinfo [verify]`: what certutil found in the machine stores of the domain controllers
// of a domain (formats.md section 2).
//
// A section a controller, in it the enterprise roots and then the KDC certificates, in the short
// form with the chain below. Only certificates that certutil takes for those of a KDC are shown, so
// that no store is ever listed whole; the last line may tell a failure although they are there.

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_found.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/certutil_verbs.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

using Lines = std::span<const TextLine>;

constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;
constexpr std::size_t kLongestName = 255;
constexpr std::string_view kKdc = "KDC";

struct Numbered {
  std::uint32_t number = 0;
  std::string_view text{};
};

// "0: NW-DC01", the list of controllers that comes first.
std::optional<Numbered> ListEntry(std::string_view line) {
  Numbered entry;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), entry.number);
  const auto length = static_cast<std::size_t>(parsed.ptr - line.data());
  if (parsed.ec != std::errc{} || !line.substr(length).starts_with(": ")) {
    return std::nullopt;
  }
  entry.text = TrimBlanks(line.substr(length + 1));
  const bool name = !entry.text.empty() && entry.text.size() <= kLongestName &&
                    entry.text.find_first_of(" \t:=") == std::string_view::npos;
  return name ? std::optional(entry) : std::nullopt;
}

// "*** Testing DC[0]: NW-DC01"
std::optional<Numbered> ControllerHead(std::string_view line) {
  const std::size_t open = line.find('[');
  if (!line.starts_with("***") || open == std::string_view::npos) {
    return std::nullopt;
  }
  Numbered head;
  const std::string_view rest = line.substr(open + 1);
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), head.number);
  if (parsed.ec != std::errc{} || parsed.ptr == rest.data() + rest.size() || *parsed.ptr != ']') {
    return std::nullopt;
  }
  const auto pair = SplitAtColon(rest);
  head.text = pair ? pair->value : std::string_view{};
  return head;
}

// "** KDC Certificates for DC NW-DC01"
bool IsSectionHead(std::string_view line) {
  return line.starts_with("** ");
}

// A line that may have been the head of a controller.
bool IsBrokenHead(const TextLine& line) {
  return line.damaged
             ? line.text.starts_with("**")
             : (line.text.starts_with("*** ") || line.text == "***" || line.text == "**") &&
                   !ControllerHead(line.text);
}

// "Certificate 0:" above a serial number.
std::optional<Banner> CertificateHead(Lines lines, std::size_t at) {
  const std::string_view line = lines[at].text;
  const std::string_view text = TrimBlanks(line);
  if (line.starts_with(' ') || line.starts_with('\t') || !text.ends_with(':') ||
      at + 1 >= lines.size()) {
    return std::nullopt;
  }
  const std::string_view head = TrimBlanks(text.substr(0, text.size() - 1));
  const std::size_t blank = head.find_last_of(" \t");
  const auto next = SplitAtColon(lines[at + 1].text);
  if (blank == std::string_view::npos || !next || HexOf(next->value).size() < 2) {
    return std::nullopt;
  }
  Banner banner{.word = TrimBlanks(head.substr(0, blank))};
  const std::string_view index = head.substr(blank + 1);
  const auto parsed = std::from_chars(index.data(), index.data() + index.size(), banner.index);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == index.data() + index.size();
  return whole ? std::optional(banner) : std::nullopt;
}

// The number of "1 KDC certificates for NW-DC01", which ends the section.
std::optional<std::uint32_t> CountLine(std::string_view line) {
  std::uint32_t count = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), count);
  const std::string_view rest = line.substr(static_cast<std::size_t>(parsed.ptr - line.data()));
  const bool counts = parsed.ec == std::errc{} && rest.starts_with(' ') &&
                      rest.find(kKdc) != std::string_view::npos;
  return counts ? std::optional(count) : std::nullopt;
}

class DcInfoReader {
 public:
  DcInfoReader(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), found_(evidence, sink) {}

  // False when the lines are no such output.
  bool Read(Lines lines) {
    lines_ = lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      TakeLine(i);
    }
    EndCertificate(lines.size(), false);
    EndController(true);
    HideBefore(0);
    if (controllers_ < listed_.size()) {
      sink_.AddGap({.place = lines.empty() ? 0 : lines.back().number,
                    .why = WhyUnknown::kTruncated,
                    .message = std::to_string(listed_.size()) + " domain controllers are listed, " +
                               std::to_string(controllers_) + " were tested"});
    }
    found_.Emit();
    return controllers_ > 0;
  }

 private:
  void TakeLine(std::size_t i) {
    const TextLine& line = lines_[i];
    if (IsBrokenHead(line) && (controllers_ > 0 || !listed_.empty())) {
      StartController({}, i);
    } else if (line.damaged) {
      if (kdc_ && !certificate_) {
        Damage(line.number, std::string(kDamagedLine));
      }
    } else if (const auto head = ControllerHead(line.text)) {
      HideBefore(head->number);
      next_ = head->number;
      StartController(NameOf(*head), i);
    } else if (IsToolLine(line.text)) {
      EndCertificate(i, true);
    } else if (controllers_ == 0) {
      if (const auto entry = ListEntry(line.text)) {
        listed_.emplace(entry->number, entry->text);
        names_.insert(entry->text);
      }
    } else {
      TakeLineOfController(i);
    }
  }

  void TakeLineOfController(std::size_t i) {
    const TextLine& line = lines_[i];
    if (IsOfAnother(line.text)) {
      StartController({}, i);  // its own head is missing
      return;
    }
    if (IsSectionHead(line.text)) {
      EndCertificate(i, true);
      kdc_ = !name_.empty() && line.text.find(kKdc) != std::string_view::npos;
      if (kdc_) {
        seen_kdc_ = true;
        failure_ = 0;  // what failed before is about the roots
      }
    } else if (const auto count = CountLine(line.text); count && kdc_) {
      EndCertificate(i, true);
      Compare(*count, line.number);
      kdc_ = false;
      counted_ = true;
    } else if (const auto banner = CertificateHead(lines_, i); banner && kdc_) {
      EndCertificate(i, true);
      StartCertificate(*banner, i);
    }
    if (!certificate_ && failure_ == 0) {
      failure_ = ErrorCodeIn(line.text);
    }
  }

  // By the list, where there is one: a head may be cut within the name.
  [[nodiscard]] std::string_view NameOf(const Numbered& head) const {
    const auto listed = listed_.find(head.number);
    if (head.text.empty()) {
      return listed == listed_.end() ? std::string_view{} : listed->second;
    }
    const bool other = listed != listed_.end() && listed->second != head.text;
    return other || (!names_.empty() && !names_.contains(head.text)) ? std::string_view{}
                                                                     : head.text;
  }

  // A controller has one list of KDC certificates, and the lines around it have its name.
  [[nodiscard]] bool IsOfAnother(std::string_view line) const {
    const bool section = IsSectionHead(line);
    const bool second = section && seen_kdc_ && line.find(kKdc) != std::string_view::npos;
    return !name_.empty() && (second || ((section || CountLine(line)) && NamesAnother(line)));
  }

  // Whether a line names a controller of the list, and not the present one.
  [[nodiscard]] bool NamesAnother(std::string_view line) const {
    bool another = false;
    while (!line.empty()) {
      const std::string_view word = line.substr(0, line.find(' '));
      if (word == name_) {
        return false;
      }
      another = another || names_.contains(word);
      line.remove_prefix(std::min(word.size() + 1, line.size()));
    }
    return another;
  }

  // What is shown of a controller without a name is nobody's.
  void StartController(std::string_view name, std::size_t i) {
    EndCertificate(i, true);
    EndController(name.empty());
    ++controllers_;
    name_ = name;
    line_ = lines_[i].number;
    if (name_.empty()) {
      Damage(line_, "the name of the domain controller cannot be read");
      nameless_ = nameless_ == 0 ? line_ : nameless_;
    } else {
      ++next_;
    }
    // The last line may be cut in the name.
    named_ = !name_.empty() && (i + 1 < lines_.size() || names_.contains(name_));
    kdc_ = false;
    seen_kdc_ = false;
    counted_ = false;
    lost_ = false;
    failure_ = 0;
    shown_ = 0;
  }

  void StartCertificate(const Banner& banner, std::size_t i) {
    if (banner.index != shown_) {
      Damage(lines_[i].number, "the certificate before this one is missing");
    }
    ++shown_;
    certificate_ = PrintedCertificate{.banner = banner, .line = lines_[i].number};
    start_ = i + 1;
  }

  void EndCertificate(std::size_t end, bool finished) {
    if (!certificate_) {
      return;
    }
    certificate_->lines = lines_.subspan(start_, end - start_);
    certificate_->finished = finished;
    if (CertificateRecord* const record = found_.Add(*certificate_)) {
      record->scope = StoreScope::kMachine;
      record->computer = sink_.Keep(name_);
    } else {
      lost_ = true;
    }
    certificate_.reset();
  }

  // What a section does not show is not there only as far as certutil could look.
  void EndController(bool last) {
    if (controllers_ == 0) {
      return;
    }
    const WhyUnknown why = counted_ ? WhyUnknown::kMalformed : WhyNotCounted(last);
    if (named_) {
      sink_.records.Add(KdcSection{.computer = sink_.Keep(name_),
                                   .complete = counted_ && !lost_,
                                   .why = why,
                                   .source = evidence_.At(line_)});
    }
    if (!counted_ && !name_.empty()) {
      sink_.AddGap({.place = line_,
                    .why = why,
                    .message = std::string(seen_kdc_ ? "the KDC certificates were not counted"
                                                     : "no list of KDC certificates")});
    }
  }

  // Controllers are tested in the order of the list: what has no name is about the next, or about
  // any before the one that comes after.
  void HideBefore(std::uint64_t end) {
    if (nameless_ == 0) {
      return;
    }
    const auto last = listed_.lower_bound(std::max(end, next_ + 1));
    for (auto at = listed_.lower_bound(next_); at != last; ++at) {
      sink_.records.Add(KdcSection{.computer = sink_.Keep(at->second),
                                   .complete = false,
                                   .why = WhyUnknown::kMalformed,
                                   .source = evidence_.At(nameless_)});
    }
    nameless_ = 0;
  }

  // Where some are shown and nothing failed, there may be more.
  [[nodiscard]] WhyUnknown WhyNotCounted(bool last) const {
    if (failure_ == kAccessDenied) {
      return WhyUnknown::kDenied;
    }
    const bool cut = shown_ > 0 || (failure_ == 0 && (last || seen_kdc_));
    return cut ? WhyUnknown::kTruncated : WhyUnknown::kNotCollected;
  }

  void Compare(std::uint32_t count, std::uint64_t line) {
    if (count != shown_) {
      Damage(line, std::to_string(count) + " KDC certificates were found, " +
                       std::to_string(shown_) + " are shown");
    }
  }

  void Damage(std::uint64_t line, std::string message) {
    lost_ = true;
    sink_.AddGap({.place = line, .message = std::move(message)});
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  FoundCertificates found_;
  Lines lines_{};
  // The controllers of the domain, as they are listed before all sections.
  std::map<std::uint64_t, std::string_view> listed_{};
  std::set<std::string_view> names_{};
  std::size_t controllers_ = 0;  // sections
  std::uint64_t next_ = 0;       // the number in the list of what comes after the last name
  std::uint64_t nameless_ = 0;   // the line of the first after it that has no name
  // Of the current section.
  std::string_view name_{};
  std::uint64_t line_ = 0;
  bool named_ = false;     // the name is whole
  bool kdc_ = false;       // inside the list of KDC certificates
  bool seen_kdc_ = false;  // there is one
  bool counted_ = false;   // it ended with their number
  bool lost_ = false;      // something in the list could not be read, or is missing
  std::uint32_t failure_ = 0;
  std::uint32_t shown_ = 0;
  std::optional<PrintedCertificate> certificate_{};
  std::size_t start_ = 0;
};

Status ReadCertutilDcinfo(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const std::vector<TextLine> lines = CapturedLines(decoded);
  if (!DcInfoReader(evidence, sink).Read(lines)) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no section of a domain controller"};
  }
  AddOtherCommandGap(decoded, "dcinfo", sink);
  return Ok{};
}

// A section comes before any banner of a store listing, which a capture may hold as well.
int RecogniseCertutilDcinfo(const Head& head) {
  constexpr int kSectionScore = 85;
  TextLines lines(head.Text());
  std::string_view line;
  std::vector<std::string_view> listed;
  bool section = false;
  while (lines.Next(line)) {
    if (ReadBanner(line)) {
      return 0;
    }
    if (section && IsSectionHead(line)) {
      return kSectionScore;
    }
    if (const auto entry = section ? std::nullopt : ListEntry(line)) {
      listed.push_back(entry->text);
    }
    const auto head_line = ControllerHead(line);
    section = section || head_line;
    if (head_line && std::ranges::find(listed, head_line->text) != listed.end()) {
      return kSectionScore;
    }
  }
  return 0;
}

}  // namespace

extern const ReaderSpec kCertutilDcinfoReader;  // declared again by the generated list

const ReaderSpec kCertutilDcinfoReader = {.kind = "certutil-dcinfo",
                                          .max_bytes = kMaxBytes,
                                          .recognise = RecogniseCertutilDcinfo,
                                          .read = ReadCertutilDcinfo,
                                          .environment = true};

}  // namespace whfb::readers
