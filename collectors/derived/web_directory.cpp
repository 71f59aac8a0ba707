#include "collectors/derived/web_directory.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "collectors/readers/web_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

// Columns of environment.web_setting, by their place.
enum Column : unsigned { kFile, kLine, kLocation, kName, kValue, kServer, kWhole };

using Row = std::span<const Cell>;

struct Question {
  std::string_view name;
  std::string_view lock;
  bool open_by_default;  // IIS as installed lets directories set it themselves
  WebAnswer (*answer)(std::string_view value);
};

WebAnswer PlusAnswer(std::string_view value) {
  if (SameNoCase(value, "true")) {
    return WebAnswer::kYes;
  }
  return SameNoCase(value, "false") ? WebAnswer::kNo : WebAnswer::kUnknown;
}

// Ssl is what refuses plain HTTP; what the others do without it is not documented.
WebAnswer SslAnswer(std::string_view value) {
  WebAnswer answer = WebAnswer::kNo;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(','), value.size());
    std::string_view flag = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    while (flag.starts_with(' ')) {
      flag.remove_prefix(1);
    }
    while (flag.ends_with(' ')) {
      flag.remove_suffix(1);
    }
    if (SameNoCase(flag, "Ssl")) {
      return WebAnswer::kYes;
    }
    if (!SameNoCase(flag, "None") && !SameNoCase(flag, "SslNegotiateCert") &&
        !SameNoCase(flag, "SslMapCert")) {
      answer = WebAnswer::kUnknown;
    }
  }
  return answer;
}

constexpr Question kPlus = {readers::kDoubleEscaping, readers::kFilteringLock, true, PlusAnswer};
constexpr Question kSsl = {readers::kSslFlags, readers::kAccessLock, false, SslAnswer};

std::string Joined(std::string_view a, std::string_view b) {
  std::string text(a);
  if (!a.empty() && !b.empty()) {
    text.push_back('/');
  }
  return text.append(b);
}

// `path` is `parent` or lies below it.
bool IsWithin(std::string_view path, std::string_view parent) {
  return parent.empty() || path == parent ||
         (path.starts_with(parent) && path[parent.size()] == '/');
}

// `path` is that of a file in the directory; directories have no dot.
bool IsFileIn(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && path.rfind('/') == directory.size() &&
         path.find('.', directory.size()) != std::string_view::npos;
}

bool IsYes(const Cell& cell) {
  return cell.present() && cell.value.number != 0;
}

bool IsOfFile(Row row, std::string_view file, std::string_view name) {
  return row[kFile].present() && row[kFile].value.text == file && row[kName].present() &&
         row[kName].value.text == name && row[kLocation].present();
}

// The host of "http *:80:pki.contoso.com"; nothing where it is no binding of plain HTTP.
std::optional<std::string> BoundHost(const Cell& value) {
  constexpr std::string_view kHttp = "http ";
  if (!value.present() || !value.value.text.starts_with(kHttp)) {
    return std::nullopt;
  }
  return LowerAscii(value.value.text.substr(value.value.text.rfind(':') + 1));
}

class Judge {
 public:
  Judge(const Table& settings, const WebDirectory& directory, const Question& question)
      : settings_(settings), directory_(directory), question_(question) {}

  [[nodiscard]] WebVerdict Decide() {
    std::set<std::string_view> files;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      const Row row = settings_.Row(i);
      if (row[kFile].present() && files.insert(row[kFile].value.text).second) {
        TakeFile(row);
      }
    }
    TakeTogether();
    if (verdict_.answer == WebAnswer::kYes || verdict_.answer == WebAnswer::kNo) {
      LookForOthers();
    }
    return verdict_;
  }

 private:
  void TakeFile(Row row) {
    const std::string_view file = row[kFile].value.text;
    const std::string folder =
        LowerAscii(file.substr(0, file.rfind('/') == std::string_view::npos ? 0 : file.rfind('/')));
    // What a damaged file is, and what else it says, is not known.
    if (!row[kWhole].present() || !row[kServer].present()) {
      damaged_ = true;
      return;
    }
    if (IsYes(row[kServer])) {
      for (const std::string& site : SitesOf(file, folder)) {
        TakeSite(file, site);
      }
    } else {
      TakeDirectory(file, folder);
    }
  }

  // The sites that answer for the host: by their binding, or those without a host in a file that
  // lies in a folder with the name of the host.
  [[nodiscard]] std::set<std::string> SitesOf(std::string_view file,
                                              const std::string& folder) const {
    std::set<std::string> named;
    std::set<std::string> open;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      const Row row = settings_.Row(i);
      const std::optional<std::string> host =
          IsOfFile(row, file, readers::kBinding) ? BoundHost(row[kValue]) : std::nullopt;
      if (host && *host == directory_.host) {
        named.insert(LowerAscii(row[kLocation].value.text));
      } else if (host && host->empty()) {
        open.insert(LowerAscii(row[kLocation].value.text));
      }
    }
    const bool here = ("/" + folder + "/").find("/" + directory_.host + "/") != std::string::npos;
    if (named.empty() && here) {
      return open;
    }
    return named;
  }

  struct Nearest {
    std::optional<Row> row{};
    std::size_t depth = 0;
    bool several = false;  // that say different things
  };

  // The nearest of those that hold for the place.
  [[nodiscard]] Nearest NearestOf(std::string_view file,
                                  std::string_view name,
                                  std::string_view place) const {
    Nearest nearest;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      const Row row = settings_.Row(i);
      const std::string at = row[kLocation].present() ? LowerAscii(row[kLocation].value.text) : "";
      if (!IsOfFile(row, file, name) || !IsWithin(place, at) || at.size() < nearest.depth) {
        continue;
      }
      if (nearest.row && nearest.depth == at.size()) {
        nearest.several = nearest.several || AnswerOf(*nearest.row) != AnswerOf(row);
      } else {
        nearest.several = false;
      }
      nearest.row = row;
      nearest.depth = at.size();
    }
    return nearest;
  }

  // A web.config may set it too. A place that opens or closes it rules over those above.
  [[nodiscard]] bool IsOpen(std::string_view file, std::string_view place) const {
    bool open = question_.open_by_default;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      const Row row = settings_.Row(i);
      const std::string at = row[kLocation].present() ? LowerAscii(row[kLocation].value.text) : "";
      if (IsOfFile(row, file, question_.lock) && IsWithin(place, at) && at.size() >= depth &&
          row[kValue].present() && !SameNoCase(row[kValue].value.text, "Inherit")) {
        open = !SameNoCase(row[kValue].value.text, "Deny");
        depth = at.size();
      }
    }
    return open;
  }

  // What is set for the directory itself counts; what is set above it only where no web.config may
  // say otherwise.
  void TakeSite(std::string_view file, const std::string& site) {
    const std::string place = Joined(site, directory_.path);
    const bool open = IsOpen(file, place);
    open_ = open_ || open;
    const Nearest nearest = NearestOf(file, question_.name, place);
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      const Row row = settings_.Row(i);
      if (IsOfFile(row, file, question_.name) &&
          IsFileIn(LowerAscii(row[kLocation].value.text), place)) {
        below_.push_back(row);
      }
    }
    if (nearest.several) {
      Take(WebVerdict{WebAnswer::kUnknown, WhyUnknown::kConflicting, (*nearest.row)[kValue].source},
           sites_);
    } else if (nearest.row && (nearest.depth == place.size() || !open)) {
      TakeRow(*nearest.row, sites_);
    } else {
      Take(WebVerdict{.answer = WebAnswer::kUnknown}, sites_);
    }
  }

  // A web.config of the directory itself: it lies in a folder with its address.
  void TakeDirectory(std::string_view file, const std::string& folder) {
    const std::string wanted = "/" + Joined(directory_.host, directory_.path);
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      const Row row = settings_.Row(i);
      if (!IsOfFile(row, file, question_.name)) {
        continue;
      }
      const std::string place = "/" + Joined(folder, LowerAscii(row[kLocation].value.text));
      if (place.ends_with(wanted)) {
        TakeRow(row, here_);
      } else {
        elsewhere_.push_back(row);
      }
    }
  }

  [[nodiscard]] WebAnswer AnswerOf(Row row) const {
    return row[kValue].present() ? question_.answer(row[kValue].value.text) : WebAnswer::kUnknown;
  }

  // A value that is kept elsewhere is none that could be inherited.
  void TakeRow(Row row, WebVerdict& verdict) const {
    const Cell& value = row[kValue];
    const bool stated = value.present() || value.why == WhyUnknown::kNotCollected;
    Take(WebVerdict{.answer = AnswerOf(row),
                    .why = stated ? WhyUnknown::kAmbiguous : value.why,
                    .source = value.source},
         verdict);
  }

  // Several files or sites speak for a directory: only what all agree in is known.
  static void Take(const WebVerdict& other, WebVerdict& verdict) {
    if (verdict.answer == WebAnswer::kNoFile || other.answer == WebAnswer::kUnknown) {
      verdict = other;
    } else if (verdict.answer != WebAnswer::kUnknown && other.answer != verdict.answer) {
      verdict.answer = WebAnswer::kUnknown;
      verdict.why = WhyUnknown::kConflicting;
    }
  }

  // A web.config of the directory is nearer than what servers leave open.
  void TakeTogether() {
    const bool open =
        sites_.answer == WebAnswer::kUnknown && sites_.why == WhyUnknown::kNotCollected;
    verdict_ = here_;
    if (here_.answer == WebAnswer::kNoFile || (sites_.answer != WebAnswer::kNoFile && !open)) {
      Take(sites_, verdict_);
    }
    if (sites_.answer == WebAnswer::kNoFile) {
      verdict_ = here_;
    }
  }

  // Of the files in the directory, and of a web.config of which nobody knows where it belongs
  // and that may overrule, none says otherwise.
  void LookForOthers() {
    if (damaged_) {
      verdict_.answer = WebAnswer::kUnknown;
      verdict_.why = WhyUnknown::kTruncated;
      return;
    }
    const auto contradicts = [this](Row row) { return AnswerOf(row) != verdict_.answer; };
    if (std::ranges::any_of(below_, contradicts) ||
        (open_ && std::ranges::any_of(elsewhere_, contradicts))) {
      verdict_.answer = WebAnswer::kUnknown;
      verdict_.why = WhyUnknown::kAmbiguous;
    }
  }

  const Table& settings_;
  const WebDirectory& directory_;
  const Question& question_;
  WebVerdict sites_{};  // by applicationHost.config
  WebVerdict here_{};   // by a web.config of the directory itself
  WebVerdict verdict_{};
  std::vector<Row> below_{};
  std::vector<Row> elsewhere_{};
  bool damaged_ = false;  // a file may say more than was read
  bool open_ = false;     // a web.config may overrule what the server says
};

}  // namespace

bool ParseHttpAddress(std::string_view address, WebDirectory& directory) {
  constexpr std::string_view kHttp = "http://";
  const std::string lower = LowerAscii(address);
  const std::string_view rest =
      std::string_view(lower).substr(std::min(kHttp.size(), lower.size()));
  const std::size_t first = rest.find('/');
  if (!lower.starts_with(kHttp) || first == 0 || first == std::string_view::npos) {
    return false;
  }
  const std::size_t last = rest.rfind('/');
  directory.host = std::string(rest.substr(0, std::min(first, rest.find(':'))));
  directory.path = last > first ? std::string(rest.substr(first + 1, last - first - 1)) : "";
  return !directory.host.empty();
}

WebVerdict ServesPlus(const Table& settings, const WebDirectory& directory) {
  return Judge(settings, directory, kPlus).Decide();
}

WebVerdict RefusesHttp(const Table& settings, const WebDirectory& directory) {
  return Judge(settings, directory, kSsl).Decide();
}

}  // namespace whfb::collectors
