// Members of local groups, as PowerShell writes them: Get-LocalGroupMember -SID ... |
// ConvertTo-Json (module Microsoft.PowerShell.LocalAccounts, LocalPrincipal: Name, SID,
// PrincipalSource, ObjectClass). The names of properties are not localised, the words in
// ObjectClass are. A SID is an object {BinaryLength, AccountDomainSid, Value}, or text where
// ConvertTo-Json ran out of depth.
//
// The command does not write which group it asked about: the name of the file may ("S-1-5-32-555"),
// or an object around the members: {"SID": ..., "Members": [...]}.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "collectors/readers/connection_record.h"
#include "collectors/readers/json_text.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/sid_text.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;  // read as a whole
constexpr std::size_t kMaxMembers = 10'000;                   // of one group
constexpr std::size_t kMaxGroups = 1'000;

int RecogniseLocalGroup(const Head& head) {
  constexpr int kSure = 83;
  if (const char first = head.FirstLetter(); first != '{' && first != '[') {
    return 0;
  }
  const auto names = [text = head.Text()](std::string_view mark) {
    return text.find(mark) != std::string_view::npos;
  };
  return names("\"PrincipalSource\"") && names("\"ObjectClass\"") && names("\"SID\"") ? kSure : 0;
}

std::string UpperSid(std::string_view text) {
  std::string sid(text);
  std::ranges::replace(sid, 's', 'S');
  return LooksLikeSid(sid) ? sid : std::string();
}

// Empty: no SID.
std::string SidOf(const Json& principal) {
  const auto sid = principal.find("SID");
  if (sid == principal.end()) {
    return {};
  }
  if (sid->is_string()) {
    return UpperSid(*sid->get_ptr<const std::string*>());
  }
  const auto value = sid->is_object() ? sid->find("Value") : sid->end();
  return value != sid->end() && value->is_string() ? UpperSid(*value->get_ptr<const std::string*>())
                                                   : std::string();
}

// "User" is the English word: another one may mean a group.
bool IsAccount(const Json& member) {
  const auto kind = member.find("ObjectClass");
  return kind != member.end() && kind->is_string() && *kind == "User";
}

// A SID of BUILTIN in the name of the file; empty: none.
std::string GroupInName(std::string_view path) {
  constexpr std::string_view kBuiltin = "s-1-5-32-";
  const std::string name = LowerAscii(path.substr(path.rfind('/') + 1));
  const std::size_t at = name.find(kBuiltin);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t end = name.find_first_not_of("0123456789", at + kBuiltin.size());
  return UpperSid(name.substr(at, end == std::string::npos ? end : end - at));
}

class Groups {
 public:
  Groups(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  // A list of members or of groups, or one of them.
  void Read(const Json& document) {
    const bool groups =
        IsGroup(document) || (document.is_array() && std::ranges::any_of(document, IsGroup));
    if (!groups) {
      ReadGroup(GroupInName(evidence_.path), document);
    } else if (document.is_array()) {
      for (const Json& one : document) {
        ReadNamed(one);
      }
    } else {
      ReadNamed(document);
    }
  }

 private:
  static bool IsGroup(const Json& one) { return one.is_object() && one.contains("Members"); }

  void ReadNamed(const Json& group) {
    if (!IsGroup(group)) {
      Damage("neither a group nor one of its members");
    } else {
      ReadGroup(SidOf(group), group["Members"]);
    }
  }

  void Damage(std::string message, WhyUnknown why = WhyUnknown::kMalformed) {
    sink_.AddGap({.why = why, .message = std::move(message)});
    whole_ = false;
  }

  // A list of one is written without brackets; none is null, or a list without elements.
  void ReadGroup(const std::string& sid, const Json& members) {
    if (sink_.records.Of<LocalGroup>().size() >= kMaxGroups) {
      Damage("more than 1000 groups", WhyUnknown::kTooLarge);
      return;
    }
    whole_ = true;
    accounts_only_ = true;
    members_.clear();
    if (members.is_array()) {
      for (const Json& member : members) {
        Take(member);
      }
    } else if (!members.is_null()) {
      Take(members);
    }
    sink_.records.Add(LocalGroup{.sid = sink_.Keep(sid),
                                 .members = sink_.records.pool().KeepList(members_),
                                 .accounts_only = accounts_only_,
                                 .complete = whole_,
                                 .source = evidence_.At(0)});
  }

  void Take(const Json& member) {
    const std::string sid = member.is_object() ? SidOf(member) : std::string();
    if (sid.empty()) {
      Damage("a member without a SID");
    } else if (members_.size() == kMaxMembers) {
      if (whole_) {
        Damage("more than 10000 members", WhyUnknown::kTooLarge);
      }
    } else {
      ++sink_.record_count;
      accounts_only_ = accounts_only_ && IsAccount(member);
      members_.push_back(sink_.Keep(sid));
    }
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  // Of the group that is being read.
  std::vector<std::string_view> members_{};
  bool whole_ = true;
  bool accounts_only_ = true;
};

Status ReadLocalGroup(const EvidenceView& evidence, RecordSink& sink) {
  return ReadJsonDocument(evidence, sink, [&](const Json& document) -> Status {
    if (!document.is_object() && !document.is_array()) {
      return Error{ErrorCode::kMalformed, std::string(evidence.path), "no JSON object or list"};
    }
    Groups(evidence, sink).Read(document);
    const auto groups = sink.records.Of<LocalGroup>();
    const bool told = std::ranges::none_of(groups, &std::string_view::empty, &LocalGroup::sid);
    sink.note = told ? "members of local groups"
                     : "members of a group that nothing names: call the file by its SID, such as "
                       "S-1-5-32-555.json";
    return Ok{};
  });
}

}  // namespace

extern const ReaderSpec kLocalGroupReader;  // declared again by the generated list

const ReaderSpec kLocalGroupReader = {.kind = "local-group",
                                      .max_bytes = kMaxBytes,
                                      .recognise = RecogniseLocalGroup,
                                      .read = ReadLocalGroup};

}  // namespace whfb::readers
