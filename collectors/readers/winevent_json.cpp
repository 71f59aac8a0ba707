// `Get-WinEvent ... | ConvertTo-Json`: the heads of events (formats.md section 4).
//
// The properties of an event are there by their English names, its fields only as values without
// names, or not at all. So an event that somebody asks for is one that could not be read; the log
// shows where none was, which is as much as the numbers of a query can prove. Times that say no
// zone cannot be placed.

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/readers/event_collector.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20;
constexpr std::size_t kMaxDepth = 64;

// Properties of EventLogRecord that no other export has together.
constexpr std::array<std::string_view, 4> kMarks = {"\"RecordId\"", "\"ProviderName\"",
                                                    "\"LogName\"", "\"MachineName\""};

// The properties of one event, as text.
struct Properties {
  std::string id{};
  std::string level{};
  std::string record_id{};
  std::string provider{};
  std::string channel{};
  std::string computer{};
  std::string user{};
  std::string time{};

  [[nodiscard]] std::string* Find(std::string_view name) {
    const std::array<std::pair<std::string_view, std::string*>, 8> all = {{
        {"Id", &id},
        {"Level", &level},
        {"RecordId", &record_id},
        {"ProviderName", &provider},
        {"LogName", &channel},
        {"MachineName", &computer},
        {"UserId", &user},
        {"TimeCreated", &time},
    }};
    for (const auto& [key, value] : all) {
      if (key == name) {
        return value;
      }
    }
    return nullptr;
  }
};

// "/Date(1595374458918)/" of Windows PowerShell: milliseconds since 1970 UTC.
std::optional<Ticks> ClientTime(std::string_view text) {
  constexpr std::string_view kHead = "/Date(";
  constexpr std::string_view kTail = ")/";
  constexpr std::int64_t kTicksPerMillisecond = 10'000;
  constexpr std::int64_t kLatest = 253'402'300'799'999;  // the end of the year 9999
  if (!text.starts_with(kHead) || !text.ends_with(kTail)) {
    return std::nullopt;
  }
  text.remove_prefix(kHead.size());
  text.remove_suffix(kTail.size());
  const auto milliseconds = ParseWhole<std::int64_t>(text);
  if (!milliseconds || *milliseconds < 0 || *milliseconds > kLatest) {
    return std::nullopt;
  }
  return TicksFromCivil({.year = 1970, .month = 1, .day = 1}) +
         *milliseconds * kTicksPerMillisecond;
}

// Or ISO 8601 of PowerShell 7, where it says the zone.
std::optional<Ticks> TimeOf(std::string_view text) {
  if (const auto time = ClientTime(text)) {
    return time;
  }
  const std::size_t clock = text.find('T');
  if (clock == std::string_view::npos ||
      text.find_first_of("Z+-", clock) == std::string_view::npos) {
    return std::nullopt;
  }
  const auto time = ParseTime(text, "TimeCreated");
  return time ? std::optional(*time) : std::nullopt;
}

// Takes the events out of the document, without keeping it.
class Handler final : public nlohmann::json_sax<Json> {
 public:
  explicit Handler(EventCollector& collector) : collector_(collector) {}

  bool null() override { return true; }

  bool boolean(bool /*value*/) override { return true; }

  bool number_integer(number_integer_t value) override { return Take(std::to_string(value)); }

  bool number_unsigned(number_unsigned_t value) override { return Take(std::to_string(value)); }

  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }

  bool string(string_t& value) override { return Take(value); }

  bool binary(binary_t& /*value*/) override { return true; }

  bool start_object(std::size_t /*size*/) override {
    if (event_depth_ == 0 && depth_ <= (wrapped_ ? 2U : 1U)) {
      event_depth_ = depth_ + 1;
      properties_ = {};
    }
    return Enter();
  }

  bool end_object() override {
    if (depth_ == event_depth_) {
      Finish();
      event_depth_ = 0;
    }
    --depth_;
    return true;
  }

  // Windows PowerShell 5.1 writes a list as {"value":[...],"Count":5}.
  bool start_array(std::size_t /*size*/) override {
    if (depth_ == 1 && event_depth_ == 1 && key_ == "value") {
      wrapped_ = true;
      event_depth_ = 0;
    }
    return Enter();
  }

  bool end_array() override {
    --depth_;
    return true;
  }

  bool key(string_t& name) override {
    if (depth_ == event_depth_) {
      key_ = name;
    } else {
      inner_key_ = name;
    }
    return true;
  }

  bool parse_error(std::size_t position,
                   const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    collector_.Damage({.message = "not JSON from offset " + std::to_string(position) + " on"});
    return false;
  }

  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  bool Enter() {
    ++depth_;
    if (depth_ > kMaxDepth) {
      collector_.Damage({.why = WhyUnknown::kTooLarge, .message = "JSON nested more than 64 deep"});
    }
    return depth_ <= kMaxDepth;
  }

  // "UserId": "S-1-5-18", or {"Value": "S-1-5-18", ...}
  bool Take(const std::string& value) {
    const bool inner = depth_ == event_depth_ + 1 && (key_ == "UserId" || key_ == "TimeCreated") &&
                       (inner_key_ == "Value" || inner_key_ == "value");
    if (event_depth_ != 0 && (depth_ == event_depth_ || inner)) {
      if (std::string* const property = properties_.Find(key_)) {
        *property = value;
      }
    }
    return true;
  }

  void Finish() {
    ++events_;
    const auto id = ParseWhole<std::uint32_t>(properties_.id);
    const auto record = ParseWhole<std::uint64_t>(properties_.record_id);
    const auto time = TimeOf(properties_.time);
    if (!id || !record || !time || properties_.channel.empty() || properties_.provider.empty()) {
      collector_.Damage({.place = record.value_or(0),
                         .message = time ? "an event without id, record, provider or log"
                                         : "an event whose time is not told with its zone"});
      return;
    }
    const Event head{.channel = properties_.channel,
                     .provider = properties_.provider,
                     .computer = properties_.computer,
                     .user_sid = properties_.user,
                     .id = *id,
                     .level = ParseWhole<std::uint32_t>(properties_.level).value_or(0),
                     .record_id = *record,
                     .time = *time};
    if (collector_.Wants(head)) {
      collector_.Damage({.place = *record,
                         .why = WhyUnknown::kNotCollected,
                         .message = "event " + std::to_string(*id) + " of " + properties_.provider +
                                    ": this export has no names of its fields"});
    }
  }

  EventCollector& collector_;
  std::size_t depth_ = 0;
  std::size_t event_depth_ = 0;  // of the object that is an event; 0: in none
  bool wrapped_ = false;         // the events lie in a member "value"
  std::uint64_t events_ = 0;
  std::string key_{};
  std::string inner_key_{};
  Properties properties_{};
};

Status ReadWineventJson(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  EventCollector collector(evidence, sink, EventCollector::Origin::kQuery);
  Handler handler(collector);
  Json::sax_parse(decoded.text, &handler);
  if (handler.events() == 0) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), "no event in it"};
  }
  collector.Finish(handler.events());
  return Ok{};
}

int RecogniseWineventJson(const Head& head) {
  constexpr int kSure = 85;
  const char first = head.FirstLetter();
  if (first != '{' && first != '[') {
    return 0;
  }
  const std::string_view text = head.Text();
  for (const std::string_view mark : kMarks) {
    if (text.find(mark) == std::string_view::npos) {
      return 0;
    }
  }
  return kSure;
}

}  // namespace

extern const ReaderSpec kWineventJsonReader;  // declared again by the generated list

const ReaderSpec kWineventJsonReader = {.kind = "winevent-json",
                                        .max_bytes = kMaxBytes,
                                        .places = PlaceKind::kRecord,
                                        .recognise = RecogniseWineventJson,
                                        .read = ReadWineventJson};

}  // namespace whfb::readers
