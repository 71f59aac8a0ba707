// Registry.pol: the registry half of a GPO (formats.md section 6; MS-GPREG 2.2.1). Entries of keys
// that nobody asks about are counted and not kept (reg_interest.h).

#include <algorithm>
#include <array>
#include <string>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/gpo_path.h"
#include "collectors/readers/pol_entries.h"
#include "collectors/readers/policy_record.h"
#include "collectors/readers/reg_interest.h"
#include "collectors/readers/reg_value.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
// Larger data of a key that somebody asks about is unknown (too-large): no policy comes near.
constexpr std::size_t kMaxData = std::size_t{1} << 20;
constexpr std::array kMagic = {std::byte{'P'}, std::byte{'R'}, std::byte{'e'}, std::byte{'g'}};

// MS-GPREG 3.2.5.1: value names that are instructions. Compared without case.
struct Instruction {
  std::string_view prefix;
  PolicyAction action;
  bool names_value = false;  // the rest of the name is that of the value
};

constexpr std::array<Instruction, 7> kInstructions = {{
    {"**del.", PolicyAction::kDeleteValue, true},
    {"**delvals", PolicyAction::kDeleteAllValues},
    {"**DeleteValues", PolicyAction::kDeleteValue},
    {"**DeleteKeys", PolicyAction::kDeleteKeys},
    {"**soft.", PolicyAction::kSetIfMissing, true},
    {"**SecureKey", PolicyAction::kSecureKey},
    {"**Comment:", PolicyAction::kComment},
}};

constexpr Instruction kUnknownInstruction = {"**", PolicyAction::kOther};
constexpr Instruction kPlainValue = {"", PolicyAction::kSet, true};

const Instruction& InstructionOf(std::string_view name) {
  if (!name.starts_with("**")) {
    return kPlainValue;
  }
  const auto* const found = std::ranges::find_if(kInstructions, [name](const Instruction& one) {
    return SameNoCase(name.substr(0, one.prefix.size()), one.prefix);
  });
  return found == kInstructions.end() ? kUnknownInstruction : *found;
}

bool Deletes(PolicyAction action) {
  return action == PolicyAction::kDeleteValue || action == PolicyAction::kDeleteAllValues ||
         action == PolicyAction::kDeleteKeys;
}

class PolFile {
 public:
  PolFile(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), place_(GpoPlaceOf(evidence.path)) {}

  void Run() {
    const std::string_view gpo = sink_.Keep(place_.gpo);
    PolEntries entries(evidence_.bytes);
    PolEntry entry;
    while (entries.Next(entry)) {
      ++sink_.record_count;
      const std::string path = std::string(HiveOf(place_.scope)).append(entry.key);
      // The fragments of interest begin with a backslash.
      if (IsInterestingKey(LowerAscii("\\" + path))) {
        Keep(entry, sink_.Keep(path), gpo);
      }
    }
    if (!entries.damage().empty()) {
      sink_.AddGap({entries.damage_offset(), entries.why(),
                    std::string(entries.damage()).append("; the entries behind it are not read")});
    }
    sink_.records.Add(PolicyFile{.origin = PolicyOrigin::kRegistryPol,
                                 .scope = place_.scope,
                                 .gpo = gpo,
                                 .complete = entries.damage().empty(),
                                 .source = evidence_.At(0)});
    sink_.note = Note();
  }

 private:
  void Keep(const PolEntry& entry, std::string_view path, std::string_view gpo) {
    const Instruction& instruction = InstructionOf(entry.name);
    PolicySetting setting{.origin = PolicyOrigin::kRegistryPol,
                          .scope = place_.scope,
                          .action = instruction.action,
                          .gpo = gpo};
    setting.value.key = path;
    setting.value.deleted = Deletes(instruction.action);
    if (entry.data.size() > kMaxData) {
      setting.value.malformed = true;
      sink_.AddGap({entry.offset, WhyUnknown::kTooLarge, "a value of more than 1 MiB"});
    } else {
      FillRegistryData(entry.type, entry.data, sink_.records.pool(), setting.value);
    }
    const bool key_only = entry.name.empty() && entry.type == 0 && entry.data.empty();
    if (key_only) {
      setting.action = PolicyAction::kCreateKey;
      setting.value.type = RegistryType::kNone;
    }
    if (setting.action == PolicyAction::kDeleteValue && !instruction.names_value) {
      EachName(setting, entry);
    } else {
      Add(setting, instruction.names_value ? entry.name.substr(instruction.prefix.size()) : "",
          entry);
    }
  }

  // "**DeleteValues": the data lists the names, with ';' between them.
  void EachName(const PolicySetting& all, const PolEntry& entry) {
    constexpr int kMaxNames = 4096;
    std::string_view rest = all.value.text;
    for (int count = 0; !rest.empty(); ++count) {
      if (count == kMaxNames) {
        sink_.AddGap({entry.offset, WhyUnknown::kTooLarge, "a list of more than 4096 names"});
        return;
      }
      const std::size_t end = std::min(rest.find(';'), rest.size());
      PolicySetting one = all;
      one.value.text = {};
      Add(one, rest.substr(0, end), entry);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void Add(PolicySetting setting, std::string_view name, const PolEntry& entry) {
    setting.value.name = sink_.Keep(name);
    const std::string place = std::string(setting.value.key).append("\\").append(name);
    setting.value.source = evidence_.At(entry.offset, sink_.Keep(place));
    if (setting.value.malformed && entry.data.size() <= kMaxData) {
      sink_.AddGap({entry.offset, WhyUnknown::kMalformed, "the data does not fit its type"});
    }
    sink_.records.Add(setting);
  }

  [[nodiscard]] std::string Note() const {
    const std::string_view half = place_.scope == PolicyScope::kComputer ? "computer half"
                                  : place_.scope == PolicyScope::kUser   ? "user half"
                                                                         : "half not told";
    return std::string(half).append(" of ").append(place_.gpo.empty() ? "a GPO not told"
                                                                      : place_.gpo);
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  GpoPlace place_;
};

int RecogniseRegistryPol(const Head& head) {
  return head.bytes().size() >= kMagic.size() &&
                 std::ranges::equal(head.bytes().first(kMagic.size()), kMagic)
             ? 100
             : 0;
}

Status ReadRegistryPol(const EvidenceView& evidence, RecordSink& sink) {
  constexpr std::array kVersion1 = {std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}};
  const std::span<const std::byte> bytes = evidence.bytes;
  const auto malformed = [&](std::string_view what) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), std::string(what)};
  };
  if (RecogniseRegistryPol(Head(bytes, {})) == 0) {
    return malformed("no 'PReg' at the beginning");
  }
  if (bytes.size() < PolEntries::kHeaderBytes) {
    return malformed("the file ends inside its header");
  }
  if (!std::ranges::equal(bytes.subspan(kMagic.size(), kVersion1.size()), kVersion1)) {
    return malformed("a version of the format other than 1");
  }
  PolFile(evidence, sink).Run();
  return Ok{};
}

}  // namespace

extern const ReaderSpec kRegistryPolReader;  // declared again by the generated list

const ReaderSpec kRegistryPolReader = {.kind = "registry-pol",
                                       .max_bytes = kMaxBytes,
                                       .places = PlaceKind::kOffset,
                                       .recognise = RecogniseRegistryPol,
                                       .read = ReadRegistryPol,
                                       .environment = true};

}  // namespace whfb::readers
