// The certutil listings in a WLAN report (`netsh wlan show wlanreport`, formats.md section 1).
//
// The page shows what several commands printed; only what stands below the one that lists the MY
// stores of machine and user is read. It has no closing lines, so that no listing is ever whole.
// The page is treated as hostile: nothing is run, nothing is nested.

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
constexpr std::size_t kMaxOutput = std::size_t{8} << 20;
constexpr std::size_t kMaxLines = std::size_t{1} << 17;
constexpr std::size_t kMaxCommand = 512;
constexpr std::string_view kCommand = "certutil -store ";
constexpr std::string_view kBar = "================";

// Selectors of its style sheet, which is the same in every language.
constexpr std::array<std::string_view, 2> kMarks = {"session-graph", "report-wrapper"};

// Where the page keeps no line ends, the lines of a listing in English begin with these.
constexpr std::array<std::string_view, 22> kLabels = {"Archived!",
                                                      "Serial Number:",
                                                      "Issuer:",
                                                      "NotBefore:",
                                                      "NotAfter:",
                                                      "Subject:",
                                                      "CA Version:",
                                                      "Certificate Template Name (",
                                                      "Non-root Certificate",
                                                      "Signature matches Public Key",
                                                      "Root Certificate: Subject matches",
                                                      "Template:",
                                                      "Cert Hash(",
                                                      "Key Container =",
                                                      "Simple container name:",
                                                      "Unique container name:",
                                                      "Provider =",
                                                      "No key provider information",
                                                      "Private key is NOT",
                                                      "Encryption test",
                                                      "Signature test",
                                                      "Missing stored keyset"};

struct Entity {
  std::string_view name{};
  std::string_view text{};
};

constexpr std::array kEntities = {
    Entity{"&amp;", "&"},   Entity{"&lt;", "<"},  Entity{"&gt;", ">"},
    Entity{"&quot;", "\""}, Entity{"&#39;", "'"}, Entity{"&nbsp;", " "},
};

// Tags that begin or end a line.
constexpr std::array<std::string_view, 12> kBreaks = {"br",  "br/",  "p",  "/p",  "div", "/div",
                                                      "pre", "/pre", "tr", "/tr", "td",  "/td"};

struct PageLine {
  std::string text{};
  std::uint64_t number = 0;
};

struct Output {
  std::string command{};
  std::deque<PageLine> lines{};
  bool ended = false;  // another heading follows
  bool too_large = false;
};

bool IsHeading(std::string_view tag) {
  return tag.size() >= 2 && (tag[0] == 'h' || tag[0] == 'H') && tag[1] >= '1' && tag[1] <= '6';
}

// The text of a part of the page, up to the next heading.
class OutputReader {
 public:
  OutputReader(std::string_view text, std::uint64_t line, Output& output)
      : text_(text), line_(line), output_(output) {}

  // What follows, after the next heading has begun.
  std::string_view Read() {
    while (!text_.empty() && !output_.ended && !output_.too_large) {
      if (text_.front() == '<') {
        TakeTag();
      } else {
        TakeLetter();
      }
      read_ += 1;
      output_.too_large = read_ > kMaxOutput || output_.lines.size() > kMaxLines;
    }
    EndLine();
    return text_;
  }

 private:
  void TakeTag() {
    const std::size_t close = text_.find('>');
    if (close == std::string_view::npos) {
      text_ = {};
      return;
    }
    const std::string_view inner = text_.substr(1, close - 1);
    const std::string_view tag = inner.substr(0, inner.find_first_of(" \t\r\n"));
    if (IsHeading(tag)) {
      EndLine();
      output_.ended = true;
    } else if (std::ranges::any_of(
                   kBreaks, [tag](std::string_view name) { return SameNoCase(name, tag); })) {
      EndLine();
    }
    line_ += static_cast<std::uint64_t>(std::ranges::count(inner, '\n'));
    text_.remove_prefix(close + 1);
  }

  void TakeLetter() {
    if (text_.front() == '\n') {
      EndLine();
      ++line_;
      text_.remove_prefix(1);
      return;
    }
    const auto* const entity = std::ranges::find_if(
        kEntities, [this](const Entity& one) { return text_.starts_with(one.name); });
    if (entity != kEntities.end()) {
      current_.append(entity->text);
      text_.remove_prefix(entity->name.size());
    } else {
      current_.push_back(text_.front());
      text_.remove_prefix(1);
    }
  }

  void EndLine() {
    if (!TrimBlanks(current_).empty()) {
      output_.lines.push_back({.text = current_, .number = line_});
    }
    current_.clear();
  }

  std::string_view text_;
  std::uint64_t line_;
  Output& output_;
  std::string current_{};
  std::size_t read_ = 0;
};

// The rest of a page.
struct Rest {
  std::string_view text{};
  std::uint64_t line = 1;
};

std::uint64_t LineEndsIn(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

// The command in the next heading "Output for 'certutil -store -silent My & certutil ...'".
std::optional<Output> NextOutput(Rest& rest) {
  const std::string_view text = rest.text;
  const std::size_t at = text.find(kCommand);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  Output output;
  const std::size_t end = std::min(text.find('<', at), text.size());
  output.command = std::string(text.substr(at, std::min(end - at, kMaxCommand)));
  // The rest of the heading belongs to no line.
  std::size_t start = text.find("</h", end);
  start = start == std::string_view::npos || start > end + kMaxCommand ? end : start;
  rest.line += LineEndsIn(text.substr(0, start));
  rest.text = OutputReader(text.substr(start), rest.line, output).Read();
  rest.line += LineEndsIn(text.substr(start, text.size() - start - rest.text.size()));
  return output;
}

// Where each line begins in text whose line ends were lost; none in any other line.
std::vector<std::size_t> LostLineEnds(std::string_view line) {
  std::vector<std::size_t> starts;
  if (ReadBanner(line) || line.find(kBar) == std::string_view::npos) {
    return starts;
  }
  const std::string_view header = TrimBlanks(line.substr(0, line.find(kBar)));
  std::size_t last = 0;  // where the bars before end
  for (std::size_t at = line.find(kBar); at != std::string_view::npos;) {
    const std::size_t close = line.find(kBar, at + kBar.size());
    const std::string_view before = TrimBlanks(line.substr(last, at - last));
    if (!header.empty() && last > 0 && before.ends_with(header)) {
      starts.push_back(static_cast<std::size_t>(before.data() - line.data()) + before.size() -
                       header.size());
    }
    starts.push_back(at);
    if (close == std::string_view::npos) {
      break;
    }
    last = close + kBar.size();
    starts.push_back(last);
    at = line.find(kBar, last);
  }
  for (const std::string_view label : kLabels) {
    for (std::size_t at = line.find(label); at != std::string_view::npos;
         at = line.find(label, at + 1)) {
      if (at > 0 && line[at - 1] == ' ') {
        starts.push_back(at);
      }
    }
  }
  std::ranges::sort(starts);
  return starts;
}

// True when line ends were lost and put back.
bool PutBackLineEnds(std::deque<PageLine>& lines) {
  std::deque<PageLine> whole;
  bool lost = false;
  for (const PageLine& line : lines) {
    const std::vector<std::size_t> starts = LostLineEnds(line.text);
    lost = lost || !starts.empty();
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= starts.size() && whole.size() <= kMaxLines; ++i) {
      const std::size_t end = i < starts.size() ? starts[i] : line.text.size();
      std::string part = line.text.substr(begin, end - begin);
      if (!TrimBlanks(part).empty()) {
        whole.push_back({.text = std::move(part), .number = line.number});
      }
      begin = end;
    }
  }
  lines = std::move(whole);
  return lost;
}

// "certutil -store -silent My", "certutil -store -silent -user My"
std::vector<std::string_view> Commands(std::string_view line) {
  std::vector<std::string_view> commands;
  for (std::size_t at = line.find(kCommand); at != std::string_view::npos;) {
    const std::size_t next = line.find(kCommand, at + 1);
    std::string_view command = line.substr(at, next - at);
    command = command.substr(0, command.find_first_of("&'"));
    commands.push_back(TrimBlanks(command));
    at = next;
  }
  return commands;
}

// The commands stand before what they printed where there is one for each header; else nothing
// tells which store a listing shows.
std::vector<TextLine> WithCommands(const Output& output,
                                   const std::vector<std::uint64_t>& damaged) {
  const std::vector<std::string_view> commands = Commands(output.command);
  const std::string_view header =
      output.lines.empty() ? std::string_view{} : TrimBlanks(output.lines.front().text);
  const auto is_header = [header](const PageLine& line) { return TrimBlanks(line.text) == header; };
  const bool known = !header.empty() && static_cast<std::size_t>(std::ranges::count_if(
                                            output.lines, is_header)) == commands.size();
  std::vector<TextLine> lines;
  std::size_t command = 0;
  for (const PageLine& line : output.lines) {
    if (known && is_header(line)) {
      lines.push_back({.text = commands[command], .number = line.number});
      ++command;
    }
    lines.push_back({.text = line.text,
                     .number = line.number,
                     .damaged = std::ranges::binary_search(damaged, line.number)});
  }
  return lines;
}

// "2026-02-20T08:15:00Z", the first time in the page: when it was made.
std::optional<Ticks> TimeMade(std::string_view text) {
  constexpr std::size_t kLength = 20;
  for (std::size_t at = text.find('T'); at != std::string_view::npos; at = text.find('T', at + 1)) {
    constexpr std::size_t kDate = 10;
    if (at < kDate || at - kDate + kLength > text.size() || text[at - kDate + kLength - 1] != 'Z') {
      continue;
    }
    if (const auto time = ParseTime(text.substr(at - kDate, kLength), "the page")) {
      return *time;
    }
  }
  return std::nullopt;
}

// Windows keeps the last page for as long as nobody makes another one. Where it is not known when
// that was collected, it is as old as evidence may be.
bool IsOld(Ticks made, const EvidenceView& evidence) {
  constexpr int kDays = 30;
  const Ticks collected = evidence.context.collected.earliest;
  return collected != 0 ? made + kTicksPerDay < collected
                        : evidence.now != 0 && made + kDays * kTicksPerDay < evidence.now;
}

// False, and a gap, where the page is too old to say anything.
bool MayBeUsed(const std::optional<Ticks>& made, const EvidenceView& evidence, RecordSink& sink) {
  if (!made) {
    sink.AddGap({.place = 1,
                 .why = WhyUnknown::kStale,
                 .message = "the page does not tell its time: the user's store is not taken"});
    return true;
  }
  if (!IsOld(*made, evidence)) {
    return true;
  }
  const bool day = evidence.context.collected.earliest != 0;
  sink.AddGap({.place = 1,
               .why = WhyUnknown::kStale,
               .message = day ? "the page was made more than a day before it was collected"
                              : "the page was made more than 30 days before the time of the scan"});
  return false;
}

// A certificate that is not surely the machine's may be the user's.
void DropUserStore(const EvidenceView& evidence, Records& records) {
  const auto of_user = [&evidence](const auto& record) {
    return record.source.evidence == evidence.number && record.scope != StoreScope::kMachine;
  };
  records.EraseIf<CertificateRecord>(of_user);
  records.EraseIf<StoreListing>(of_user);
}

void ReadOutput(Output& output,
                const std::vector<std::uint64_t>& damaged,
                const EvidenceView& evidence,
                RecordSink& sink) {
  if (PutBackLineEnds(output.lines)) {
    sink.note += ", line ends of the listing are lost";
  }
  if (output.too_large || !output.ended) {
    // Which store a listing shows is told by all of them together.
    sink.AddGap({.place = output.lines.empty() ? 1 : output.lines.back().number,
                 .why = output.too_large ? WhyUnknown::kTooLarge : WhyUnknown::kTruncated,
                 .message = output.too_large ? "the listing is longer than 8 MiB or 131072 lines"
                                             : "the page ends inside the listing"});
    return;
  }
  const CertutilCapture capture = SplitLines(WithCommands(output, damaged), {});
  EmitListings(capture, evidence, sink);
}

Status ReadWlanReport(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const std::optional<Ticks> made = TimeMade(decoded.text);
  if (!MayBeUsed(made, evidence, sink)) {
    return Ok{};
  }
  Rest rest{.text = decoded.text};
  std::optional<Output> output = NextOutput(rest);
  if (!output) {
    sink.AddGap({.place = 1,
                 .why = WhyUnknown::kNotCollected,
                 .message = "no output of certutil in the page"});
    return Ok{};
  }
  const std::vector<std::uint64_t> damaged = DamagedLines(decoded, kMaxLines);
  for (; output; output = output->ended ? NextOutput(rest) : std::nullopt) {
    ReadOutput(*output, damaged, evidence, sink);
  }
  if (!made) {
    DropUserStore(evidence, sink.records);
  }
  return Ok{};
}

int RecogniseWlanReport(const Head& head) {
  constexpr int kSure = 90;
  if (head.FirstLetter() != '<') {
    return 0;
  }
  const std::string_view text = head.Text();
  const bool page = std::ranges::all_of(
      kMarks, [text](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
  return page ? kSure : 0;
}

}  // namespace

extern const ReaderSpec kWlanReportReader;  // declared again by the generated list

const ReaderSpec kWlanReportReader = {.kind = "wlan-report",
                                      .max_bytes = kMaxBytes,
                                      .recognise = RecogniseWlanReport,
                                      .read = ReadWlanReport};

}  // namespace whfb::readers
