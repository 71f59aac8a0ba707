// `gpresult /h`: a page for people. Headings, names of policies and states are in the language of
// the console, and nothing in it tells computer from user. What is the same in every language is
// read: registry paths of policies without an ADMX, and the GUIDs of GPOs. The rest is named in the
// note. The page is treated as hostile: scripts are skipped, nothing is run, nothing is nested.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/gpo_path.h"
#include "collectors/readers/policy_record.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
constexpr std::size_t kMaxCell = std::size_t{16} << 10;
constexpr std::size_t kMaxCells = 16;
constexpr std::size_t kMaxRecords = std::size_t{1} << 16;
constexpr std::string_view kMark = "gpmc_reportInitialized";
constexpr std::array<std::string_view, 2> kResultMarks = {"class=\"rsopsettings\"",
                                                          "class=\"rsopname\""};
constexpr std::array<std::string_view, 3> kRoots = {"Software\\", "System\\", "MACHINE\\"};

std::string Plain(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {{
      {"&amp;", "&"},
      {"&lt;", "<"},
      {"&gt;", ">"},
      {"&quot;", "\""},
      {"&#39;", "'"},
      {"&nbsp;", " "},
  }};
  std::string plain;
  while (!text.empty()) {
    const auto* const found = std::ranges::find_if(
        kEntities, [text](const auto& entity) { return text.starts_with(entity.first); });
    const std::size_t length = found == kEntities.end() ? 1 : found->first.size();
    plain.append(found == kEntities.end() ? text.substr(0, 1) : found->second);
    text.remove_prefix(length);
  }
  return std::string(TrimBlanks(plain));
}

class Page {
 public:
  Page(std::string_view text, const EvidenceView& evidence, RecordSink& sink)
      : text_(text), evidence_(evidence), sink_(sink) {}

  void Run() {
    while (at_ < text_.size()) {
      const std::size_t open = std::min(text_.find('<', at_), text_.size());
      TakeText(text_.substr(at_, open - at_));
      Advance(open);
      if (open == text_.size()) {
        break;
      }
      const std::size_t close = text_.find('>', open);
      if (close == std::string_view::npos) {
        sink_.AddGap({line_, WhyUnknown::kTruncated, "the page ends inside a tag"});
        return;
      }
      Tag(text_.substr(open + 1, close - open - 1));
      Advance(std::max(close + 1, at_));
    }
    if (!ended_) {
      sink_.AddGap({line_, WhyUnknown::kTruncated, "the page has no end"});
    }
  }

  [[nodiscard]] std::size_t settings() const { return settings_; }

  [[nodiscard]] std::size_t objects() const { return objects_; }

 private:
  void Advance(std::size_t to) {
    line_ += static_cast<std::uint64_t>(std::ranges::count(text_.substr(at_, to - at_), '\n'));
    at_ = to;
  }

  void TakeText(std::string_view text) {
    if (in_cell_ || in_title_) {
      const std::size_t room = kMaxCell - cell_.size();
      cell_.append(text.substr(0, room));
      cut_ = cut_ || text.size() > room;
    }
  }

  void BeginText() {
    cell_.clear();
    cut_ = false;
  }

  // Once for each kind of record.
  void TellMore(bool& told, std::string_view what) {
    if (!told) {
      sink_.AddGap({line_, WhyUnknown::kTooLarge,
                    std::string("more than 65536 ").append(what).append(": the rest is not read")});
    }
    told = true;
  }

  void TellCut() {
    sink_.AddGap({line_, WhyUnknown::kTooLarge, "a text of more than 16 KiB is not read"});
  }

  void Tag(std::string_view tag) {
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n"));
    if (SameNoCase(name, "script") || SameNoCase(name, "style")) {
      Skip(name);
    } else if (SameNoCase(name, "tr")) {
      row_.clear();
      row_cut_ = false;
    } else if (SameNoCase(name, "td")) {
      in_cell_ = true;
      BeginText();
    } else if (SameNoCase(name, "/td")) {
      EndCell();
    } else if (SameNoCase(name, "/tr")) {
      Row();
    } else if (SameNoCase(name, "span")) {
      in_title_ = tag.find("sectionTitle") != std::string_view::npos;
      BeginText();
    } else if (SameNoCase(name, "/span")) {
      Title();
    } else if (SameNoCase(name, "/html")) {
      ended_ = true;
    }
  }

  void Skip(std::string_view name) {
    const std::string end = "</" + std::string(name);
    const std::size_t found = text_.find(end, at_);
    Advance(found == std::string_view::npos ? text_.size() : found);
  }

  void EndCell() {
    if (in_cell_ && row_.size() < kMaxCells) {
      row_.push_back(Plain(cell_));
      row_cut_ = row_cut_ || cut_;
    }
    in_cell_ = false;
    BeginText();
  }

  // Path and name | data | winning GPO.
  void Row() {
    const std::vector<std::string> row = std::exchange(row_, {});
    const bool path = row.size() >= 2 && std::ranges::any_of(kRoots, [&](std::string_view root) {
                        return SameNoCase(std::string_view(row[0]).substr(0, root.size()), root);
                      });
    if (path && row_cut_) {
      TellCut();
    } else if (path && settings_ == kMaxRecords) {
      TellMore(more_settings_, "registry paths");
    } else if (path) {
      AddSetting(row);
    }
  }

  void AddSetting(const std::vector<std::string>& row) {
    ++settings_;
    ++sink_.record_count;
    const std::size_t slash = row[0].rfind('\\');
    PolicySetting setting{.origin = PolicyOrigin::kPage};
    setting.value.key = sink_.Keep(std::string_view(row[0]).substr(0, slash));
    setting.value.name = sink_.Keep(std::string_view(row[0]).substr(slash + 1));
    setting.value.text = sink_.Keep(row[1]);
    setting.value.context = evidence_.context;
    setting.value.source = evidence_.At(line_, sink_.Keep(row[0]));
    setting.gpo_name = row.size() > 2 ? sink_.Keep(row[2]) : std::string_view{};
    sink_.records.Add(setting);
  }

  // "Name [{GUID}]" or "Name [LocalGPO]"; whether it was applied is a localised heading.
  void Title() {
    const std::string title = in_title_ ? Plain(cell_) : std::string();
    if (in_title_ && cut_) {
      TellCut();
    }
    in_title_ = false;
    BeginText();
    const std::size_t open = title.rfind('[');
    if (open == std::string::npos || !title.ends_with(']')) {
      return;
    }
    const std::string_view inside =
        std::string_view(title).substr(open + 1, title.size() - open - 2);
    const std::string guid = NormalisedGuid(inside);
    if (guid.empty() && inside != "LocalGPO") {
      return;
    }
    if (objects_ == kMaxRecords) {
      TellMore(more_objects_, "GPOs");
      return;
    }
    ++objects_;
    ++sink_.record_count;
    const std::string_view id = sink_.Keep(guid.empty() ? inside : std::string_view(guid));
    sink_.records.Add(
        PolicyObject{.origin = PolicyOrigin::kPage,
                     .id = id,
                     .name = sink_.Keep(TrimBlanks(std::string_view(title).substr(0, open))),
                     .source = evidence_.At(line_, id)});
  }

  std::string_view text_;
  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  bool in_cell_ = false;
  bool in_title_ = false;
  bool ended_ = false;
  std::string cell_;
  bool cut_ = false;  // there is more of it than kMaxCell
  std::vector<std::string> row_;
  bool row_cut_ = false;  // one of its cells is
  bool more_settings_ = false;
  bool more_objects_ = false;
  std::size_t settings_ = 0;
  std::size_t objects_ = 0;
};

int RecogniseGpresultHtml(const Head& head) {
  constexpr int kLikely = 70;
  if (head.FirstLetter() != '<') {
    return 0;
  }
  const std::string_view text = head.Text();
  const bool page = text.find(kMark) != std::string_view::npos && ContainsNoCase(text, "<html");
  return page ? kLikely : 0;
}

Status ReadGpresultHtml(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  const bool result = std::ranges::any_of(kResultMarks, [&](std::string_view mark) {
    return decoded.text.find(mark) != std::string_view::npos;
  });
  if (!result) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 "a page in the style of Group Policy that is no result of gpresult /h"};
  }
  Page page(decoded.text, evidence, sink);
  page.Run();
  sink.note = std::string(decoded.encoding)
                  .append(", ")
                  .append(std::to_string(page.settings()))
                  .append(" registry paths and ")
                  .append(std::to_string(page.objects()))
                  .append(
                      " GPOs read; everything else is in the language of the console: collect "
                      "gpresult /x for the settings");
  return Ok{};
}

}  // namespace

extern const ReaderSpec kGpresultHtmlReader;  // declared again by the generated list

const ReaderSpec kGpresultHtmlReader = {.kind = "gpresult-html",
                                        .max_bytes = kMaxBytes,
                                        .recognise = RecogniseGpresultHtml,
                                        .read = ReadGpresultHtml};

}  // namespace whfb::readers
