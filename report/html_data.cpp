#include "report/html_data.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "report/safe_text.h"
#include "report/summary.h"

namespace whfb::report {
namespace {

// Number of a text written before. Texts that were not asked for lately are forgotten when the
// memory is full: one is then written again under a new number, which is as right as before.
class Numbered {
 public:
  // 0: not known.
  [[nodiscard]] std::uint64_t Find(const std::string& text) {
    if (const auto found = recent_.find(text); found != recent_.end()) {
      return found->second;
    }
    const auto found = older_.find(text);
    if (found == older_.end()) {
      return 0;
    }
    const std::uint64_t number = found->second;
    Keep(text, number);
    return number;
  }

  std::uint64_t Add(const std::string& text) {
    Keep(text, ++last_);
    return last_;
  }

 private:
  static constexpr std::size_t kLimit = std::size_t{256} << 10U;  // of each of the two
  static constexpr std::size_t kOverhead = 80;

  void Keep(const std::string& text, std::uint64_t number) {
    bytes_ += text.size() + kOverhead;
    if (bytes_ > kLimit) {
      older_ = std::exchange(recent_, {});
      bytes_ = text.size() + kOverhead;
    }
    recent_.emplace(text, number);
  }

  std::unordered_map<std::string, std::uint64_t> recent_;
  std::unordered_map<std::string, std::uint64_t> older_;
  std::size_t bytes_ = 0;  // of the recent ones
  std::uint64_t last_ = 0;
};

void AppendNumber(std::string& out, const std::optional<std::uint64_t>& number) {
  // As JSON numbers, record numbers beyond 2^53 would lose digits in a browser.
  out += number ? "\"" + std::to_string(*number) + "\"" : "0";
}

class DataWriter {
 public:
  DataWriter(bool full_detail, HtmlWriter& html) : full_detail_(full_detail), html_(html) {}

  void Add(const SubjectRecord& subject) {
    line_ = "[2,";
    const std::string_view upn = UpnOf(subject);
    for (const std::string_view text :
         {std::string_view(subject.id), ToString(subject.kind),
          upn.empty() ? std::string_view(subject.name) : upn, std::string_view(subject.parent),
          std::string_view(subject.route), ToString(subject.readiness)}) {
      AppendJsonString(line_, text);
      line_ += ',';
    }
    line_.back() = ']';
    WriteLine(line_);
  }

  // Findings of one subject must come together.
  void Add(const Finding& finding) {
    if (finding.subject != subject_ || pairs_.empty()) {
      EndSubject();
      subject_ = finding.subject;
    }
    const bool whole =
        full_detail_ || finding.verdict == Verdict::kFail || finding.verdict == Verdict::kUnknown;
    pairs_ += std::to_string(CauseNumber(finding, whole)) + ',';
    pairs_ += std::to_string(whole ? EvidenceNumber(finding) : 0) + ',';
  }

  void EndSubject() {
    if (pairs_.empty()) {
      return;
    }
    line_ = "[3,";
    AppendJsonString(line_, subject_);
    pairs_.back() = ']';
    line_ += ",[" + pairs_ + "]";
    WriteLine(line_);
    pairs_.clear();
  }

 private:
  std::uint64_t CauseNumber(const Finding& finding, bool whole) {
    line_ = "[0,";
    AppendJsonString(line_, finding.rule);
    line_ += ',' + std::to_string(static_cast<int>(finding.severity));
    line_ += ',' + std::to_string(static_cast<int>(finding.verdict)) + ',';
    AppendJsonString(line_, whole ? std::string_view(finding.reason) : std::string_view{});
    line_ += ',';
    AppendJsonString(line_,
                     finding.reason_code ? ToString(*finding.reason_code) : std::string_view{});
    line_ += ',';
    AppendJsonString(line_, finding.fix);
    line_ += ",[";
    for (const std::string& name : finding.missing) {
      Separate();
      AppendJsonString(line_, name);
    }
    line_ += "],[";
    for (std::size_t i = 0; whole && i < finding.observed.size(); ++i) {
      const Observed& observed = finding.observed[i];
      Separate();
      line_ += '[';
      AppendJsonString(line_, observed.fact);
      line_ += ',' + std::to_string(static_cast<int>(observed.knowledge)) + ',';
      AppendJsonString(line_, observed.value);
      line_ += ']';
    }
    line_ += "]]";
    return NumberOf(causes_);
  }

  std::uint64_t EvidenceNumber(const Finding& finding) {
    if (finding.evidence.empty()) {
      return 0;
    }
    line_ = "[1,[";
    for (const EvidenceRef& ref : finding.evidence) {
      Separate();
      line_ += '[';
      AppendJsonString(line_, ref.file);
      line_ += ',';
      AppendNumber(line_, ref.line);
      line_ += ',';
      AppendNumber(line_, ref.record);
      line_ += ',';
      AppendJsonString(line_, ref.key);
      line_ += ']';
    }
    line_ += "]]";
    return NumberOf(evidence_);
  }

  void Separate() {
    if (line_.back() != '[') {
      line_ += ',';
    }
  }

  // The number of line_, which is written when it is new.
  std::uint64_t NumberOf(Numbered& known) {
    if (const std::uint64_t number = known.Find(line_); number != 0) {
      return number;
    }
    WriteLine(line_);
    return known.Add(line_);
  }

  void WriteLine(const std::string& line) {
    if (first_) {
      html_.Markup("\n");
    } else {
      html_.Markup(",\n");
    }
    first_ = false;
    html_.Json(line);
  }

  bool full_detail_;
  HtmlWriter& html_;
  bool first_ = true;
  std::string line_;
  std::string subject_;
  std::string pairs_;
  Numbered causes_;
  Numbered evidence_;
};

}  // namespace

Status WriteHtmlData(const ResultSource& source, bool full_detail, HtmlWriter& html) {
  html.Markup("<script type=\"application/json\" id=\"data\">[");
  DataWriter data(full_detail, html);
  Status status = source.EachSubject([&](const SubjectRecord& subject) {
    data.Add(subject);
    return true;
  });
  if (status) {
    status = source.EachFinding(std::nullopt, [&](const Finding& finding) {
      data.Add(finding);
      return true;
    });
  }
  data.EndSubject();
  html.Markup("\n]</script>\n");
  return status;
}

}  // namespace whfb::report
