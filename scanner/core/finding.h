// What a run says: rules as outputs need them, findings, coverage, subjects, bundles; and the
// two interfaces between the engine, the store and the outputs. Plain owned values: they cross
// threads and the database. Canonical order everywhere: subject id, then rule id, as UTF-8 bytes.

#ifndef WHFB_SCANNER_CORE_FINDING_H_
#define WHFB_SCANNER_CORE_FINDING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/catalog.h"
#include "scanner/core/cell.h"
#include "scanner/core/result.h"

namespace whfb {

enum class Severity : std::uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };
enum class Verdict : std::uint8_t { kPass, kFail, kUnknown, kNotApplicable };
enum class Decidable : std::uint8_t { kSnapshot, kLive, kManual };
enum class Readiness : std::uint8_t { kReady, kUndetermined, kBlocked };
enum class CoverageStatus : std::uint8_t { kRead, kPartial, kFailed, kIgnored };

[[nodiscard]] std::string_view ToString(Severity severity);      // "critical"
[[nodiscard]] std::string_view ToString(Verdict verdict);        // "not-applicable"
[[nodiscard]] std::string_view ToString(Decidable decidable);    // "snapshot"
[[nodiscard]] std::string_view ToString(Readiness readiness);    // "blocked"
[[nodiscard]] std::string_view ToString(CoverageStatus status);  // "partial"
[[nodiscard]] bool FromString(std::string_view text, Severity& severity);
[[nodiscard]] bool FromString(std::string_view text, Verdict& verdict);
[[nodiscard]] bool FromString(std::string_view text, Decidable& decidable);
[[nodiscard]] bool FromString(std::string_view text, Readiness& readiness);
[[nodiscard]] bool FromString(std::string_view text, CoverageStatus& status);

// What outputs show of a rule.
struct RuleInfo {
  std::string id{};
  int revision = 1;
  SubjectKind subject = SubjectKind::kDevice;
  Severity severity = Severity::kInfo;
  Decidable decidable = Decidable::kSnapshot;
  std::string title{};
  std::string why{};
  std::string source{};  // "document, section", a line each
  std::string fix{};
  std::string collect{};
};

struct EvidenceRef {
  std::uint32_t bundle = 0;  // BundleRecord::number; 0: declared or derived
  std::string file{};
  std::optional<std::uint64_t> line{};
  std::optional<std::uint64_t> record{};
  std::string key{};  // registry path or item name; empty: none

  bool operator==(const EvidenceRef&) const = default;
};

struct Observed {
  std::string fact{};  // "device.uac.consent_prompt_admin", "user.certificate.eku"
  Knowledge knowledge = Knowledge::kUnknown;
  std::string value{};  // the value, or the reason where unknown, or empty where absent

  bool operator==(const Observed&) const = default;
};

struct Finding {
  std::string rule{};
  std::string subject{};                // "user:PC-0042/S-1-12-1-..."
  Severity severity = Severity::kInfo;  // after <lower>
  Verdict verdict = Verdict::kUnknown;
  std::string reason{};                     // one sentence that names the observed values
  std::optional<WhyUnknown> reason_code{};  // set exactly when the verdict is unknown
  std::string fix{};                        // only when it failed
  std::vector<std::string> missing{};       // facts and tables that would settle an unknown
  std::vector<Observed> observed{};
  std::vector<EvidenceRef> evidence{};
};

struct BundleRecord {
  std::uint32_t number = 0;  // 1, 2, ... in canonical order of `file`
  std::string file{};
  std::uint64_t size = 0;
  std::string sha256{};     // lower-case hex; empty for a folder
  std::string collected{};  // ISO 8601, empty when not known
};

struct SubjectRecord {
  std::string id{};  // "device:PC-0042"
  SubjectKind kind = SubjectKind::kDevice;
  std::string name{};
  std::string parent{};  // id of the parent; empty for an environment
  std::string route{};   // empty: not known
  Readiness readiness = Readiness::kUndetermined;
  std::vector<std::pair<std::string, std::string>> aliases{};  // kind, value; strongest first
};

struct CoverageRecord {
  std::uint32_t bundle = 0;
  std::string file{};
  std::string kind{};  // reader kind, "not-used" (known, not read) or "unrecognised"
  CoverageStatus status = CoverageStatus::kIgnored;
  std::string reason{};  // empty only when read
  std::uint64_t records = 0;
  std::uint64_t damaged = 0;
  std::uint64_t size = 0;
  std::uint32_t crc32 = 0;
  // "device.join_type", "user.certificate (3 rows)", "device.uac.enable_lua (stale)"; only of scans
  // that ask for it.
  std::vector<std::string> contributed{};
  // How much of it was read, where it then was not used for anybody (`status` is kIgnored).
  std::optional<CoverageStatus> read_as{};
};

// Evidence was read, wholly or partly. A container that was only opened is none.
[[nodiscard]] bool IsRead(const CoverageRecord& record);

// What was read is used for nobody, and this is why; what is damaged in it is told besides.
// Anything else stays as it is.
void Disuse(std::string_view why, CoverageRecord& record);

// Rules from outside that a run judged by.
struct RulePack {
  std::string name{};       // as the operator named it
  std::string sha256{};     // lower-case hex over what was read
  std::string signed_by{};  // fingerprint of the key that verified it; empty: not signed

  bool operator==(const RulePack&) const = default;
};

// One way in which the rules of a run differ from those of the program.
struct RuleChange {
  enum class Kind : std::uint8_t {
    kAdded,         // a rule of a pack
    kReplaced,      // a rule of a pack in place of a built-in one
    kSeverity,      // rule settings; `detail` says "high, was critical"
    kParameter,     // rule settings; "warning-window=30d, was 0d"
    kDisabled,      // rule settings
    kNotInProfile,  // the profile asks for other things
  };

  std::string rule{};
  Kind kind = Kind::kAdded;
  std::string detail{};
  std::string reason{};  // the operator's words; empty: none were given
  // A rule that readiness counts by itself and because of this does not.
  bool uncounted = false;

  bool operator==(const RuleChange&) const = default;
};

[[nodiscard]] std::string_view ToString(RuleChange::Kind kind);  // "not-in-profile"
[[nodiscard]] bool FromString(std::string_view text, RuleChange::Kind& kind);

// How the rules of a run came together.
struct RuleSetRecord {
  std::string profile = "readiness";
  bool built_in = true;               // false: packs take the place of the built-in catalogue
  std::vector<RulePack> packs{};      // in the order in which they were named
  std::vector<RuleChange> changes{};  // by rule, then kind
  // Rule ids in the order in which the profile shows them, a list a step; empty: by severity.
  std::vector<std::vector<std::string>> order{};

  bool operator==(const RuleSetRecord&) const = default;
};

// Ids of the critical rules that readiness does not count in this run, each once.
[[nodiscard]] std::vector<std::string> Uncounted(const RuleSetRecord& rule_set);

struct RunRecord {
  std::string tool_version{};
  std::string catalog_sha256{};
  std::string as_of{};  // ISO 8601
  RuleSetRecord rule_set{};
};

// Everything about one device (or one environment): written whole or not at all.
struct SubjectResult {
  std::vector<SubjectRecord> subjects{};
  std::vector<Finding> findings{};
  std::vector<CoverageRecord> coverage{};
  std::vector<BundleRecord> bundles{};
};

// Takes results as they come, in any order. One thread at a time.
class ResultSink {
 public:
  ResultSink() = default;
  ResultSink(const ResultSink&) = delete;
  ResultSink& operator=(const ResultSink&) = delete;
  ResultSink(ResultSink&&) = delete;
  ResultSink& operator=(ResultSink&&) = delete;
  virtual ~ResultSink() = default;

  [[nodiscard]] virtual Status Begin(const RunRecord& run, const std::vector<RuleInfo>& rules) = 0;
  [[nodiscard]] virtual Status Add(const SubjectResult& result) = 0;

  // Readiness that was not known when the subject was added.
  [[nodiscard]] virtual Status SetReadiness(std::string_view subject_id, Readiness readiness) = 0;
  [[nodiscard]] virtual Status Finish() = 0;
};

// Hands results out in canonical order, a row at a time, so that no output needs the fleet in
// memory. The views passed to a visitor live until it returns. A visitor that returns false
// stops the walk.
class ResultSource {
 public:
  ResultSource() = default;
  ResultSource(const ResultSource&) = delete;
  ResultSource& operator=(const ResultSource&) = delete;
  ResultSource(ResultSource&&) = delete;
  ResultSource& operator=(ResultSource&&) = delete;
  virtual ~ResultSource() = default;

  [[nodiscard]] virtual Result<RunRecord> Run() const = 0;
  [[nodiscard]] virtual Result<std::vector<RuleInfo>> Rules() const = 0;  // by id
  [[nodiscard]] virtual Status EachBundle(
      const std::function<bool(const BundleRecord&)>& visit) const = 0;
  [[nodiscard]] virtual Status EachSubject(
      const std::function<bool(const SubjectRecord&)>& visit) const = 0;
  // All findings by (subject, rule), or those of one subject.
  [[nodiscard]] virtual Status EachFinding(
      std::optional<std::string_view> subject,
      const std::function<bool(const Finding&)>& visit) const = 0;
  [[nodiscard]] virtual Status EachCoverage(
      const std::function<bool(const CoverageRecord&)>& visit) const = 0;
};

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_FINDING_H_
