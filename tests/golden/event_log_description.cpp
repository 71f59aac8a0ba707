#include "tests/golden/event_log_description.h"

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "samples/evtx_writer.h"

namespace whfb::golden {

namespace {

using samples::SampleEvent;
using samples::SampleField;
using samples::SampleType;

// Decimal, or hexadecimal after 0x; false for anything else.
template <typename T>
bool Number(std::string_view text, T& number) {
  const bool hex = text.starts_with("0x");
  text.remove_prefix(hex ? 2 : 0);
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

class Description {
 public:
  // False when the line cannot be understood.
  bool Take(const std::string& line) {
    if (line.empty() || line.front() == '#') {
      return true;
    }
    return line.front() == ' ' ? Field(line.substr(line.find_first_not_of(' '))) : Head(line);
  }

  [[nodiscard]] const std::string& Log() const { return log_; }

  [[nodiscard]] const std::vector<SampleEvent>& Events() const { return events_; }

 private:
  bool Head(const std::string& line) {
    const std::size_t blank = line.find(' ');
    const std::string kind = line.substr(0, blank);
    const std::string rest = blank == std::string::npos ? "" : line.substr(blank + 1);
    if (kind == "log") {
      log_ = rest;
    } else if (kind == "channel") {
      common_.channel = rest;
    } else if (kind == "computer") {
      common_.computer = rest;
    } else if (kind == "provider") {
      // The name may hold blanks, the GUID comes last.
      const std::size_t brace = rest.rfind(" {");
      common_.provider = rest.substr(0, brace);
      common_.provider_guid = brace == std::string::npos ? "" : rest.substr(brace + 1);
    } else {
      return kind == "event" && Event(rest);
    }
    return !rest.empty();
  }

  bool Event(const std::string& text) {
    SampleEvent event = common_;
    std::istringstream words(text);
    std::string time;
    words >> event.id >> time;
    const Result<Ticks> ticks = ParseTime(time, "event");
    bool good = static_cast<bool>(words) && ticks;
    event.time = ticks ? *ticks : 0;
    for (std::string option; good && words >> option;) {
      const std::string value = option.substr(option.find('=') + 1);
      if (option.starts_with("user=")) {
        event.user_sid = value;
      } else if (option.starts_with("level=")) {
        good = Number(value, event.level);
      } else {
        good = option.starts_with("record=") && Number(value, event.record_id);
      }
    }
    events_.push_back(event);
    return good;
  }

  bool Field(const std::string& line) {
    const std::size_t mark = line.find_first_of("=:#");
    if (mark == std::string::npos || mark < 2 || events_.empty()) {
      return false;
    }
    SampleField field{.name = line.substr(0, mark - 1)};
    const std::string value = mark + 2 < line.size() ? line.substr(mark + 2) : "";
    bool good = true;
    if (line[mark] == '=') {
      field.text = value;
    } else {
      field.type = line[mark] == ':' ? SampleType::kHexInt32 : SampleType::kUInt32;
      good = Number(value, field.number);
    }
    events_.back().fields.push_back(std::move(field));
    return good;
  }

  std::string log_;
  SampleEvent common_{};
  std::vector<SampleEvent> events_;
};

}  // namespace

Result<DescribedLog> ReadEventLogDescription(const std::filesystem::path& description) {
  std::ifstream input(description);
  Description read;
  std::size_t number = 0;
  for (std::string line; std::getline(input, line);) {
    ++number;
    if (!read.Take(line)) {
      return Error{.code = ErrorCode::kMalformed,
                   .where = description.string() + ":" + std::to_string(number),
                   .message = "'" + line + "' is no line of an event log description"};
    }
  }
  Result<std::vector<std::byte>> bytes = samples::WriteEvtx(read.Events());
  if (!bytes) {
    return bytes.error();
  }
  return DescribedLog{.path = description.parent_path() / read.Log(), .bytes = *std::move(bytes)};
}

}  // namespace whfb::golden
