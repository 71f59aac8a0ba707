// Registry keys, values and exported subtrees. A member that is added to a record must be added
// here: the bindings name all of them.

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/registry_record.h"
#include "tests/golden/printed_record.h"

namespace whfb::golden {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;

namespace {

std::string_view TypeText(RegistryType type) {
  switch (type) {
    case RegistryType::kNone:
      return "none";
    case RegistryType::kText:
      return "text";
    case RegistryType::kExpandText:
      return "expand-text";
    case RegistryType::kBinary:
      return "binary";
    case RegistryType::kDword:
      return "dword";
    case RegistryType::kQword:
      return "qword";
    case RegistryType::kMultiText:
      return "multi-text";
    case RegistryType::kOther:
      break;
  }
  return "other";
}

PrintedRecord Print(const RegistryRoot& root) {
  const auto& [path, complete, why, context, source] = root;
  RecordPrinter printer("registry-root", source);
  printer.Field("path", path);
  printer.Field("complete", complete ? "yes" : std::string("no, ").append(ToString(why)),
                FieldKind::kClaim);
  printer.Context(context);
  if (!complete) {
    printer.TellsDamage();
  }
  return std::move(printer).Take();
}

PrintedRecord Print(const RegistryKey& key) {
  const auto& [path, complete, why, deleted, last_written, context, source] = key;
  RecordPrinter printer("registry-key", source);
  // Text formats know but one reason, and it goes without saying.
  const bool said = complete || why == WhyUnknown::kTruncated;
  printer.Field("path", path)
      .Field("complete", said ? Shown(complete) : std::string("no, ").append(ToString(why)),
             FieldKind::kClaim);
  if (deleted) {
    printer.Field("deleted", deleted);
  }
  if (last_written != 0) {
    printer.Field("last_written", ShownTicks(last_written));
  }
  printer.Context(context);
  return std::move(printer).Take();
}

PrintedRecord Print(const RegistryValue& value) {
  RecordPrinter printer("registry-value", value.source);
  PrintFields(value, printer);
  return std::move(printer).Take();
}

}  // namespace

// A malformed value is as good as an unknown one: it may stand for any whole value.
void PrintFields(const RegistryValue& value, RecordPrinter& printer) {
  const auto& [key, name, type, number, text, bytes, malformed, deleted, context, source] = value;
  (void)source;  // the place of the record
  printer.Field("key", key).Field("name", name);
  if (malformed) {
    printer.Field("value", readers::Known<bool>::Unknown(WhyUnknown::kMalformed));
  } else if (deleted) {
    printer.Field("value", std::string_view("deleted"));
  } else if (type == RegistryType::kDword || type == RegistryType::kQword) {
    printer.Field("value", fmt::format("{} {}", TypeText(type), number));
  } else if (type == RegistryType::kBinary || type == RegistryType::kOther) {
    printer.Field("value", fmt::format("{} {}", TypeText(type), Shown(bytes)));
  } else {
    printer.Field("value", fmt::format("{} {}", TypeText(type), Shown(text)));
  }
  printer.Context(context);
}

void PrintRegistry(const readers::Records& records, std::vector<PrintedRecord>& out) {
  for (const RegistryRoot& root : records.Of<RegistryRoot>()) {
    out.push_back(Print(root));
  }
  for (const RegistryKey& key : records.Of<RegistryKey>()) {
    out.push_back(Print(key));
  }
  for (const RegistryValue& value : records.Of<RegistryValue>()) {
    out.push_back(Print(value));
  }
}

}  // namespace whfb::golden
