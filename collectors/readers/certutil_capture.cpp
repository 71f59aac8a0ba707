#include "collectors/readers/certutil_capture.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/certutil_loss.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kLongestStoreName = 64;
constexpr std::size_t kMostWords = 8;  // for certificates, CRLs and CTLs three are enough
constexpr std::string_view kTool = "certutil";

// Store names that certutil lists by themselves; used where a header has nothing else that
// marks it as one.
constexpr std::array<std::string_view, 12> kKnownStores = {"my",
                                                           "root",
                                                           "ca",
                                                           "ntauth",
                                                           "authroot",
                                                           "trust",
                                                           "disallowed",
                                                           "trustedpublisher",
                                                           "trustedpeople",
                                                           "smartcardroot",
                                                           "request",
                                                           "addressbook"};

// Banner words of languages whose regions all write the day before the month.
constexpr std::array<std::string_view, 6> kDayFirstWords = {
    "Certificat",
    "Certificato",
    "Zertifikat",
    "Certificaat",
    "\xd0\xa1\xd0\xb5\xd1\x80\xd1\x82\xd0\xb8\xd1\x84\xd0\xb8\xd0\xba\xd0\xb0\xd1\x82",
    "Certyfikat"};

bool IsKnownStore(std::string_view name) {
  return std::ranges::find(kKnownStores, LowerAscii(name)) != kKnownStores.end();
}

// The store's name in `my "Personal"` or `Root`; empty when the line is no header.
std::string_view HeaderStore(std::string_view line, bool surely) {
  line = TrimBlanks(line);
  const std::size_t quote = line.find(" \"");
  const bool quoted = quote != std::string_view::npos && line.ends_with('"');
  const std::string_view name = quoted ? TrimBlanks(line.substr(0, quote)) : line;
  if (name.empty() || name.size() > kLongestStoreName ||
      name.find_first_of(":=\"!|<>") != std::string_view::npos) {
    return {};
  }
  if (surely) {
    return quoted && IsKnownStore(name) ? name : std::string_view{};
  }
  return quoted || name.find(' ') == std::string_view::npos ? name : std::string_view{};
}

struct Source {
  std::string store{};
  StoreScope scope = StoreScope::kUnknown;
};

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(line) + " ") {
    if (c != ' ' && c != '\t' && c != '"') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(LowerAscii(word));
      word.clear();
    }
  }
  return words;
}

bool IsOption(std::string_view word, std::string_view name) {
  return word.size() > 1 && (word[0] == '-' || word[0] == '/') && word.substr(1) == name;
}

// What an echoed command line asked for; false when the line is no such command.
bool ReadCommand(std::string_view line, Source& source) {
  if (line.size() > 1024 || !ContainsNoCase(line, kTool) || IsToolLine(line)) {
    return false;
  }
  const std::vector<std::string> words = Words(line);
  const auto store =
      std::ranges::find_if(words, [](const std::string& word) { return IsOption(word, "store"); });
  if (store == words.end()) {
    return false;
  }
  // Without a name certutil lists the machine's CA store.
  source.store = "ca";
  source.scope = StoreScope::kMachine;
  if (std::ranges::any_of(words, [](const std::string& word) { return IsOption(word, "user"); })) {
    source.scope = StoreScope::kUser;
  }
  for (auto word = store + 1; word != words.end(); ++word) {
    if ((*word)[0] != '-' && (*word)[0] != '/') {
      source.store = (*word)[0] == '>' ? source.store : *word;
      break;
    }
  }
  return true;
}

// "user" as a word of its own: "certutil_exe_-store_-user_my", "certificates_user.txt".
bool HasWord(std::string_view name, std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (std::size_t at = name.find(word); at != std::string_view::npos;
       at = name.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_letter(name[at - 1])) && (end == name.size() || !is_letter(name[end]))) {
      return true;
    }
  }
  return false;
}

Source SourceOfPath(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  const std::string name =
      LowerAscii(slash == std::string_view::npos ? path : path.substr(slash + 1));
  Source source;
  // Named after its command, as diagnostics tools and careful people do: what it does not say
  // (-user) it did not have.
  const bool command = name.find("certutil_exe") != std::string::npos ||
                       (HasWord(name, "certutil") && HasWord(name, "store"));
  if (HasWord(name, "user") || HasWord(name, "currentuser")) {
    source.scope = StoreScope::kUser;
  } else if (command || HasWord(name, "machine") || HasWord(name, "localmachine") ||
             HasWord(name, "computer")) {
    source.scope = StoreScope::kMachine;
  }
  if (HasWord(name, "my")) {
    source.store = "my";
  } else if (command && name.find("-store output") != std::string::npos) {
    source.store = "ca";
  }
  return source;
}

// A closing line without its end of line may be cut.
bool IsWholeClosing(std::string_view line) {
  constexpr std::string_view kWideStop = "\xe3\x80\x82";
  line = TrimBlanks(line);
  return IsToolLine(line) &&
         (line.ends_with('.') || line.ends_with(')') || line.ends_with(kWideStop));
}

class Splitter {
 public:
  Splitter(std::vector<TextLine> lines, std::string_view path) : hint_(SourceOfPath(path)) {
    capture_.lines = std::move(lines);
  }

  CertutilCapture Split() {
    for (std::size_t i = 0; i < capture_.lines.size(); ++i) {
      TakeLine(i);
    }
    CloseElement(capture_.lines.size(), false);
    capture_.stray = capture_.stray.flaw.empty() ? stray_ : capture_.stray;
    return std::move(capture_);
  }

 private:
  void TakeLine(std::size_t i) {
    const std::string_view line = capture_.lines[i].text;
    if (const auto banner = ReadBanner(line)) {
      TakeBanner(*banner, i);
    } else if (capture_.lines[i].damaged) {
      // It may have been anything.
    } else if (IsStoreClosing(line)) {
      TakeClosing(line, i);
    } else if (IsToolLine(line)) {
      CloseElement(i, false);
    } else if (Source command; ReadCommand(line, command)) {
      TakeCommand(std::move(command), i);
    } else if (!open_ || !HeaderStore(line, true).empty()) {
      if (open_) {
        EndListing(i);
      }
      header_ = HeaderStore(line, false);
    }
    CheckLine(capture_.lines[i]);
  }

  // What is before a command is no part of its listing.
  void TakeCommand(Source command, std::size_t i) {
    EndListing(i);
    command_ = std::move(command);
    has_command_ = true;
    capture_.stray = capture_.stray.flaw.empty() ? stray_ : capture_.stray;
    stray_ = {};
  }

  // Damage is that of the element it stands in, else of the open listing or the one that follows.
  void CheckLine(const TextLine& line) {
    std::string_view flaw;
    if (line.damaged) {
      flaw = kDamagedLine;
    } else if (IsBrokenBanner(line.text)) {
      flaw = "a broken banner";
    } else if (!element_ && BelongsToAnElement(line.text)) {
      flaw = "part of an element without its banner";
    }
    if (flaw.empty()) {
      return;
    }
    if (!element_) {
      StrayLine& stray = open_ ? capture_.listings.back().stray : stray_;
      stray = stray.flaw.empty() ? StrayLine{line.number, flaw} : stray;
    } else if (element_->flaw.empty()) {
      element_->flaw = flaw;
      element_->flaw_line = line.number;
    }
  }

  void TakeBanner(const Banner& banner, std::size_t i) {
    if (open_ && Restarts(banner)) {
      // No closing line between the two: the header is the last line before this banner.
      const std::string_view header = HeaderStore(capture_.lines[i - 1].text, false);
      EndListing(header.empty() ? i : i - 1);
      header_ = header;
    }
    if (!open_) {
      StartListing(i);
    }
    CloseElement(i, true);
    element_ = CertutilElement{.banner = banner, .line = capture_.lines[i].number};
    element_start_ = i + 1;
    Count(banner);
    capture_.day_first_language = capture_.day_first_language || IsDayFirstWord(banner.word);
  }

  // Certificates, CRLs and CTLs of one store are numbered each by themselves.
  [[nodiscard]] bool Restarts(const Banner& banner) const {
    const auto last = std::ranges::find(counts_, banner.word, &Banner::word);
    return last != counts_.end() && banner.index <= last->index;
  }

  void Count(const Banner& banner) {
    const auto last = std::ranges::find(counts_, banner.word, &Banner::word);
    if (last != counts_.end()) {
      last->index = banner.index;
    } else if (counts_.size() < kMostWords) {
      counts_.push_back(banner);
    }
  }

  void TakeClosing(std::string_view line, std::size_t i) {
    if (!open_) {
      StartListing(i);
    }
    CloseElement(i, true);
    CapturedListing& listing = capture_.listings.back();
    const std::uint32_t code = ErrorCodeIn(line);
    listing.end = code == 0 ? ListingEnd::kCompleted : ListingEnd::kFailed;
    listing.denied = code == kAccessDenied;
    EndListing(i);
  }

  void StartListing(std::size_t i) {
    const Source& source = has_command_ ? command_ : hint_;
    capture_.listings.push_back({.store = header_.empty() ? source.store : LowerAscii(header_),
                                 .scope = source.scope,
                                 .line = capture_.lines[i].number,
                                 .stray = std::exchange(stray_, {})});
    open_ = true;
    counts_.clear();
  }

  void EndListing(std::size_t i) {
    CloseElement(i, false);
    open_ = false;
    header_ = {};
    has_command_ = false;
  }

  void CloseElement(std::size_t end, bool finished) {
    if (!element_) {
      return;
    }
    element_->lines = std::span<const TextLine>(capture_.lines)
                          .subspan(element_start_, std::max(end, element_start_) - element_start_);
    element_->finished = finished;
    capture_.listings.back().elements.push_back(*element_);
    element_.reset();
  }

  Source hint_;
  CertutilCapture capture_{};
  Source command_{};
  bool has_command_ = false;
  std::string_view header_{};
  StrayLine stray_{};
  std::optional<CertutilElement> element_{};
  std::size_t element_start_ = 0;
  std::vector<Banner> counts_{};  // the last one of each word
  bool open_ = false;
};

}  // namespace

std::vector<TextLine> CapturedLines(const DecodedText& decoded) {
  const std::string_view text = decoded.text;
  std::vector<TextLine> captured;
  TextLines lines(decoded);
  std::string_view line;
  while (lines.Next(line)) {
    if (!TrimBlanks(line).empty()) {
      captured.push_back({line, lines.number(), lines.damaged()});
    }
  }
  const bool cut = !text.empty() && text.back() != '\n' && !captured.empty() &&
                   !IsWholeClosing(captured.back().text);
  if (cut) {
    captured.pop_back();
  }
  return captured;
}

bool IsToolLine(std::string_view line) {
  line = TrimBlanks(line);
  return line.size() > kTool.size() && SameNoCase(line.substr(0, kTool.size()), kTool) &&
         line[kTool.size()] == ':';
}

bool NamesVerb(std::string_view line, std::string_view verb) {
  constexpr std::size_t kLongest = 1024;
  if (line.size() > kLongest || !ContainsNoCase(line, kTool)) {
    return false;
  }
  // "CertUtil: -store-Befehl wurde ..."
  const bool last = IsToolLine(line);
  const std::vector<std::string> words = Words(line);
  return std::ranges::any_of(words, [&](const std::string& word) {
    return IsOption(last ? std::string_view(word).substr(0, verb.size() + 1) : word, verb) &&
           (word.size() == verb.size() + 1 || word[verb.size() + 1] == '-');
  });
}

bool IsDayFirstWord(std::string_view word) {
  return std::ranges::find(kDayFirstWords, word) != kDayFirstWords.end();
}

bool IsStoreClosing(std::string_view line) {
  line = TrimBlanks(line);
  return IsToolLine(line) && ContainsNoCase(line, "-store");
}

bool IsStoreHeader(std::string_view line) {
  return !HeaderStore(line, true).empty();
}

CertutilCapture SplitCapture(const DecodedText& decoded, std::string_view path) {
  return SplitLines(CapturedLines(decoded), path);
}

CertutilCapture SplitLines(std::vector<TextLine> lines, std::string_view path) {
  return Splitter(std::move(lines), path).Split();
}

}  // namespace whfb::readers
