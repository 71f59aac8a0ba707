#include "collectors/readers/yaml_json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <sstream>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace whfb::readers {

namespace {

using Json = nlohmann::json;

// The parser reads brackets ahead and keeps some 250 octets for each; names of settings have one or
// two.
constexpr std::ptrdiff_t kMaxBrackets = 20'000;

// Thrown through the parser, caught below.
struct Refused {
  int line = 0;
  const char* why = "";
};

// YAML 1.2, core schema, as far as exports need it.
Json PlainValue(const std::string& text) {
  if (text == "true" || text == "True") {
    return true;
  }
  if (text == "false" || text == "False") {
    return false;
  }
  if (text.empty() || text == "null" || text == "~") {
    return nullptr;
  }
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? Json(number) : Json(text);
}

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::size_t max_depth) : max_depth_(max_depth) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { Put(mark, nullptr); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refused{mark.line + 1, "an alias"};
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    const bool plain = tag == "?";
    if (AtKey()) {
      open_.back().key = value;
      if (open_.size() == 1) {
        document_.last_key = value;
      }
      open_.back().has_key = true;
    } else {
      Put(mark, plain ? PlainValue(value) : Json(value));
    }
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    Begin(mark, Json::array());
  }

  void OnSequenceEnd() override { End(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& /*tag*/,
                  YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    Begin(mark, Json::object());
  }

  void OnMapEnd() override { End(); }

  [[nodiscard]] YamlDocument Take() { return std::move(document_); }

 private:
  struct Open {
    Json value{};
    int line = 0;
    std::string key{};  // of the member at hand, in a map
    bool has_key = false;
  };

  [[nodiscard]] bool AtKey() const {
    return !open_.empty() && open_.back().value.is_object() && !open_.back().has_key;
  }

  void Begin(const YAML::Mark& mark, Json empty) {
    if (AtKey()) {
      throw Refused{mark.line + 1, "a key that is no text"};
    }
    if (open_.size() >= max_depth_) {
      throw Refused{mark.line + 1, "nested too deep"};
    }
    open_.push_back({.value = std::move(empty), .line = mark.line + 1});
  }

  void End() {
    Open done = std::move(open_.back());
    open_.pop_back();
    PutInside(done.line, std::move(done.value));
  }

  void Put(const YAML::Mark& mark, Json value) {
    if (AtKey()) {
      throw Refused{mark.line + 1, "a key that is no text"};
    }
    PutInside(mark.line + 1, std::move(value));
  }

  void PutInside(int line, Json value) {
    if (open_.empty()) {
      document_.value = std::move(value);
      return;
    }
    Open& outer = open_.back();
    if (outer.value.is_array()) {
      outer.value.push_back(std::move(value));
      return;
    }
    outer.has_key = false;
    if (!outer.value.emplace(std::move(outer.key), std::move(value)).second) {
      throw Refused{line, "a key twice in one object"};
    }
  }

  std::size_t max_depth_;
  std::vector<Open> open_;
  YamlDocument document_{};
};

Error Malformed(std::string_view where, int line, std::string message) {
  return {ErrorCode::kMalformed, std::string(where),
          std::move(message).append(" in line ").append(std::to_string(line))};
}

}  // namespace

Result<YamlDocument> JsonOfYaml(std::string_view text,
                                std::string_view where,
                                std::size_t max_depth) {
  const auto bracket = [](char letter) { return letter == '{' || letter == '['; };
  if (std::ranges::count_if(text, bracket) > kMaxBrackets) {
    return Error{ErrorCode::kTooLarge, std::string(where), "more than 20000 brackets"};
  }
  Builder builder(max_depth);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      return Error{ErrorCode::kMalformed, std::string(where), "no YAML document"};
    }
    Builder another(max_depth);
    if (parser.HandleNextDocument(another)) {
      return Error{ErrorCode::kMalformed, std::string(where), "more than one YAML document"};
    }
  } catch (const Refused& refused) {
    return Malformed(where, refused.line, refused.why);
  } catch (const YAML::Exception& error) {
    return Malformed(where, error.mark.line + 1, "not YAML: " + error.msg);
  }
  return builder.Take();
}

}  // namespace whfb::readers
