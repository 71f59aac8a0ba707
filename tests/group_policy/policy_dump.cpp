// Prints what the readers of Group Policy evidence make of one file, one line a record, for
// differential.py, which parses the same file on its own.

#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/pol_entries.h"
#include "collectors/readers/policy_record.h"

namespace whfb::test {

namespace {

using readers::Known;
using readers::PolicyHint;
using readers::PolicyObject;
using readers::PolicyResults;
using readers::PolicySetting;
using readers::PrivilegeRight;
using readers::RegistryType;
using readers::RegistryValue;

std::string Hex(std::span<const std::byte> bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte octet : bytes) {
    text.push_back(kDigits.at(std::to_integer<std::size_t>(octet >> 4U)));
    text.push_back(kDigits.at(std::to_integer<std::size_t>(octet & std::byte{15})));
  }
  return text;
}

std::string_view Scope(readers::PolicyScope scope) {
  static constexpr std::array<std::string_view, 3> kNames = {"?", "computer", "user"};
  return kNames.at(static_cast<std::size_t>(scope));
}

std::string Text(const Known<std::int64_t>& number) {
  return number.present() ? std::to_string(number.value) : "?";
}

std::string Text(const Known<bool>& flag) {
  return !flag.present() ? "?" : flag.value ? "true" : "false";
}

std::string Data(const RegistryValue& value) {
  std::string text;
  if (value.malformed) {
    text = "malformed";
  } else if (value.type == RegistryType::kDword || value.type == RegistryType::kQword) {
    text = std::to_string(value.number);
  } else {
    text = std::string(value.text).append(Hex(value.bytes));
  }
  for (char& letter : text) {
    letter = letter == '\n' ? '|' : letter;
  }
  return text;
}

void Print(std::initializer_list<std::string_view> fields) {
  std::string line;
  for (const std::string_view field : fields) {
    line.append(line.empty() ? "" : "\t").append(field);
  }
  std::cout << line << '\n';
}

void PrintRights(const readers::Records& records) {
  for (const PrivilegeRight& right : records.Of<PrivilegeRight>()) {
    std::string members;
    for (const std::string_view member : right.members) {
      members.append(members.empty() ? "" : "|").append(member);
    }
    Print({"right", right.name, members, right.gpo, Text(right.precedence)});
  }
}

void PrintRecords(const readers::Records& records) {
  for (const PolicyResults& half : records.Of<PolicyResults>()) {
    Print({"results", Scope(half.scope), ToString(half.origin), half.account, half.domain,
           half.user_sid, half.read_time.present() ? FormatTime(half.read_time.value) : "?",
           half.complete ? "complete" : "cut"});
  }
  for (const PolicyObject& gpo : records.Of<PolicyObject>()) {
    Print({"gpo", Scope(gpo.scope), gpo.id, gpo.name, gpo.domain, Text(gpo.enabled),
           Text(gpo.valid), Text(gpo.filter_allowed), Text(gpo.access_denied), Text(gpo.version)});
  }
  for (const PolicySetting& setting : records.Of<PolicySetting>()) {
    Print({"setting", Scope(setting.scope), ToString(setting.origin), ToString(setting.action),
           setting.value.key, setting.value.name, Data(setting.value), setting.gpo,
           setting.gpo_name, Text(setting.precedence), setting.in_doubt ? "doubt" : "sure"});
  }
  PrintRights(records);
  for (const PolicyHint& hint : records.Of<PolicyHint>()) {
    Print({"hint", Scope(hint.scope), hint.name, hint.state, hint.category, hint.gpo,
           Text(hint.precedence)});
  }
}

void PrintEntries(std::span<const std::byte> bytes) {
  readers::PolEntries entries(bytes);
  readers::PolEntry entry;
  while (entries.Next(entry)) {
    Print({"entry", entry.key, entry.name, std::to_string(entry.type), Hex(entry.data)});
  }
  Print({"damage", entries.damage()});
}

int Run(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto bytes = std::as_bytes(std::span(text));
  const readers::ReaderSpec* const reader =
      readers::Recognise(bytes.first(std::min(bytes.size(), readers::kHeadBytes)), "");
  if (reader == nullptr) {
    std::cout << "nobody knows it\n";
    return 1;
  }
  TextPool pool;
  readers::Records records(pool);
  readers::RecordSink sink{.records = records};
  const Status status = reader->read({.number = 1, .path = path, .bytes = bytes}, sink);
  Print({"reader", reader->kind, status ? "" : status.error().message});
  Print({"gaps", std::to_string(sink.damaged_count)});
  if (reader->kind == "registry-pol") {
    PrintEntries(bytes);
  }
  PrintRecords(records);
  return 0;
}

}  // namespace

}  // namespace whfb::test

int main(int argc, char** argv) {
  return argc == 2 ? whfb::test::Run(argv[1]) : 2;
}
