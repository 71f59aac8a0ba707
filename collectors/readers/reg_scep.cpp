#include "collectors/readers/reg_scep.h"

#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kPlace = "\\provisioning\\diagnostics\\scep\\";

// A state with what the key says of the command that left it.
struct ScepKey {
  ScepState state{};
  bool other_command = false;  // Metadata2 names another one than Install
};

void Fill(const RegistryValue& value, ScepKey& key) {
  ScepState& state = key.state;
  const std::string name = LowerAscii(value.name);
  const bool number = (value.type == RegistryType::kDword || value.type == RegistryType::kQword) &&
                      !value.malformed;
  if (name == "error" || name == "errorcode") {
    state.error = number ? Known<std::uint32_t>::Present(static_cast<std::uint32_t>(value.number))
                         : Known<std::uint32_t>::Unknown(WhyUnknown::kMalformed);
  } else if (name == "status" && number) {
    state.status = Known<std::int64_t>::Present(static_cast<std::int64_t>(value.number));
  } else if (name == "certthumbprint" && value.type == RegistryType::kText && !value.malformed) {
    state.thumbprint = Known<std::string_view>::Present(value.text);
  } else if (name == "metadata2" && value.type == RegistryType::kText) {
    key.other_command = LowerAscii(value.text) != "install";
  }
}

}  // namespace

void AddScepStates(std::span<const RegistryValue> values, RecordSink& sink) {
  std::vector<ScepKey> keys;
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (const RegistryValue& value : values) {
    const std::size_t at = LowerAscii(value.key).find(kPlace);
    if (at == std::string::npos || value.deleted) {
      continue;
    }
    const std::string_view rest = value.key.substr(at + kPlace.size());
    const std::string_view id = rest.substr(0, rest.find('\\'));
    const auto [found, made] = by_id.emplace(id, keys.size());
    if (made) {
      keys.push_back(
          {.state = {.unique_id = id, .context = value.context, .source = value.source}});
    }
    Fill(value, keys[found->second]);
  }
  for (ScepKey& key : keys) {
    // How the deletion of a profile ended is not how its enrolment did.
    if (key.other_command) {
      key.state.error = {};
    }
    sink.records.Add(key.state);
  }
}

}  // namespace whfb::readers
