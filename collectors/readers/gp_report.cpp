#include "collectors/readers/gp_report.h"

#include <string>
#include <utility>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/event_record.h"
#include "collectors/readers/gp_settings.h"
#include "collectors/readers/gpo_path.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kRsopSpace = "http://www.microsoft.com/GroupPolicy/Rsop";
constexpr std::string_view kSettingsSpace = "http://www.microsoft.com/GroupPolicy/Settings";

// Client side extensions ([MS-GPREG] 1.9, [MS-GPSB] 1.9, [MS-GPPREF] 1.9), by PolicyPart.
constexpr std::array<std::string_view, 3> kExtensions = {"{35378EAC-683F-11D2-A89A-00C04FBBCFA2}",
                                                         "{827D319E-6EAC-11D2-A4EA-00C04F79F83A}",
                                                         "{B087BE9D-ED37-454F-AF9C-04291E351182}"};

// LoggingStatus is a word of the schema, not of the console.
constexpr std::string_view kLoggedWhole = "Complete";

Known<bool> Flag(const pugi::xml_node& node, std::string_view name) {
  const pugi::xml_node child = Child(node, name);
  if (!child) {
    return {};
  }
  const std::string_view text = TextOf(child);
  if (text == "true" || text == "1") {
    return Known<bool>::Present(true);
  }
  return text == "false" || text == "0" ? Known<bool>::Present(false)
                                        : Known<bool>::Unknown(WhyUnknown::kMalformed);
}

Known<std::int64_t> Version(std::string_view text) {
  const auto number = ParseWhole<std::int64_t>(text);
  return number ? Known<std::int64_t>::Present(*number) : Known<std::int64_t>{};
}

Known<TimeInterval> ReadTime(std::string_view text) {
  const Result<Ticks> time = ParseTime(text, "ReadTime");
  if (!time) {
    return text.empty() ? Known<TimeInterval>{}
                        : Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
  }
  const std::size_t clock = std::min(text.find('T'), text.size());
  const bool zone = text.substr(clock).find_first_of("Z+-") != std::string_view::npos;
  const Ticks spread = zone ? 0 : kZoneUncertainty;
  return Known<TimeInterval>::Present({*time - spread, *time + spread});
}

// The SID in "<Security UserID='S-1-5-21-...'/>" of an event, if it is that of a person.
std::string_view PersonIn(std::string_view event) {
  constexpr std::string_view kAttribute = "UserID=";
  const std::size_t at = event.find(kAttribute);
  if (at == std::string_view::npos || event.size() < at + kAttribute.size() + 1) {
    return {};
  }
  event.remove_prefix(at + kAttribute.size() + 1);
  const std::string_view sid = event.substr(0, event.find_first_not_of("S-0123456789"));
  const bool person = sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-");
  return person ? sid : std::string_view{};
}

// "<Computer>PC-0042.contoso.com</Computer>".
std::string_view ComputerIn(std::string_view event) {
  constexpr std::string_view kStart = "<Computer>";
  const std::size_t at = event.find(kStart);
  if (at == std::string_view::npos) {
    return {};
  }
  event.remove_prefix(at + kStart.size());
  return event.substr(0, event.find('<'));
}

// The one thing that several events tell, or nothing where two of them tell different things.
class OneName {
 public:
  void Tell(std::string_view name) {
    if (name.empty()) {
      return;
    }
    differ_ = differ_ || (!name_.empty() && name != name_);
    name_ = name;
  }

  [[nodiscard]] std::string_view get() const { return differ_ ? std::string_view{} : name_; }

 private:
  std::string_view name_;
  bool differ_ = false;
};

struct Processed {
  std::string_view computer{};
  std::string_view person{};
};

class Report {
 public:
  Report(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  Status Load() {
    Status status = tree_.Load(evidence_.bytes, evidence_.path);
    if (!status) {
      return status;
    }
    sink_.note = std::string(tree_.encoding());
    if (tree_.damage() != nullptr) {
      sink_.AddGap({tree_.damage_line(), WhyUnknown::kTruncated, tree_.damage()});
    }
    if (tree_.too_deep()) {
      sink_.AddGap({1, WhyUnknown::kTooLarge, "elements are nested deeper than 64"});
    }
    return Ok{};
  }

  Status Results() {
    const pugi::xml_node root = tree_.root();
    if (!Is(root, "Rsop") || NamespaceOf(root) != kRsopSpace) {
      return Wrong("no element 'Rsop' of Group Policy");
    }
    const std::string_view type = ChildText(root, "DataType");
    const bool logged = type == "LoggedData";
    origin_ = logged ? PolicyOrigin::kLogged : PolicyOrigin::kPlanned;
    if (!logged && type != "PlanningData") {
      sink_.AddGap({tree_.LineOf(root), WhyUnknown::kMalformed,
                    "DataType is neither LoggedData nor PlanningData"});
    }
    if (logged) {
      TakeReadTime(root);
    }
    for (const pugi::xml_node& half : root.children()) {
      CollectNames(half);
    }
    for (const pugi::xml_node& half : root.children()) {
      if (Is(half, "ComputerResults")) {
        ResultHalf(half, PolicyScope::kComputer);
      } else if (Is(half, "UserResults")) {
        ResultHalf(half, PolicyScope::kUser);
      }
    }
    NoteHalves(logged);
    return Ok{};
  }

  Status Gpos() {
    const pugi::xml_node root = tree_.root();
    origin_ = PolicyOrigin::kGpoReport;
    if (IsGpo(root)) {
      Gpo(root);
      return Ok{};
    }
    bool any = false;
    for (const pugi::xml_node& child : root.children()) {
      if (IsGpo(child)) {
        any = true;
        Gpo(child);
      }
    }
    return any ? Status(Ok{}) : Wrong("no element 'GPO' of Group Policy");
  }

 private:
  [[nodiscard]] Error Wrong(std::string_view what) const {
    return {ErrorCode::kMalformed, std::string(evidence_.path), std::string(what)};
  }

  static bool IsGpo(const pugi::xml_node& node) {
    return Is(node, "GPO") && NamespaceOf(node) == kSettingsSpace;
  }

  // A time that cannot be right is not known, and nothing else stands for it.
  void TakeReadTime(const pugi::xml_node& root) {
    const pugi::xml_node node = Child(root, "ReadTime");
    read_time_ = ReadTime(TextOf(node));
    const char* wrong = nullptr;
    if (!node) {
      wrong = "ReadTime is missing: nothing tells when the result was read";
    } else if (!read_time_.present()) {
      wrong = "ReadTime is no time: nothing tells when the result was read";
    } else if (evidence_.now != 0 && read_time_.value.earliest > evidence_.now + kClockAhead) {
      wrong = "ReadTime lies after the scan: nothing tells when the result was read";
    }
    if (wrong != nullptr) {
      read_time_ = Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
      sink_.AddGap({tree_.LineOf(node ? node : root), WhyUnknown::kMalformed, wrong});
    }
  }

  // One half may know only the GUID of a GPO that the other half can name.
  void CollectNames(const pugi::xml_node& half) {
    for (const pugi::xml_node& gpo : half.children()) {
      if (Is(gpo, "GPO")) {
        AddName(GpoId(ChildText(Child(gpo, "Path"), "Identifier")), ChildText(gpo, "Name"));
      }
    }
  }

  void AddName(const std::string& id, std::string_view name) {
    if (!id.empty() && !name.empty() && NormalisedGuid(name).empty()) {
      names_.try_emplace(id, name);
    }
  }

  [[nodiscard]] std::string_view NameOf(const std::string& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? std::string_view{} : sink_.Keep(found->second);
  }

  [[nodiscard]] GpHalf HalfOf(PolicyScope scope) const {
    return {.evidence = evidence_,
            .sink = sink_,
            .tree = tree_,
            .names = names_,
            .origin = origin_,
            .scope = scope};
  }

  void ResultHalf(const pugi::xml_node& node, PolicyScope scope) {
    halves_.append(halves_.empty() ? "" : " and ")
        .append(scope == PolicyScope::kComputer ? "computer" : "user");
    GpHalf half = HalfOf(scope);
    for (const pugi::xml_node& child : node.children()) {
      if (Is(child, "ExtensionStatus") && tree_.IsWhole(child)) {
        TakeStatus(child, half);
      }
    }
    for (const pugi::xml_node& child : node.children()) {
      if (Is(child, "GPO") && tree_.IsWhole(child) && RoomForSetting(child, half)) {
        AddObject(child, scope);
      } else if (Is(child, "ExtensionData")) {
        Extensions(child, half);
      }
    }
    const Processed events = ProcessedBy(node);
    sink_.records.Add(PolicyResults{.origin = origin_,
                                    .scope = scope,
                                    .account = sink_.Keep(ChildText(node, "Name")),
                                    .domain = sink_.Keep(ChildText(node, "Domain")),
                                    .computer = events.computer,
                                    .user_sid = scope == PolicyScope::kUser ? events.person : "",
                                    .read_time = read_time_,
                                    .complete = tree_.IsWhole(node) && !tree_.too_deep(),
                                    .source = evidence_.At(tree_.LineOf(node))});
  }

  // One that failed once has failed. An error that is not told is not none.
  static void TakeStatus(const pugi::xml_node& node, GpHalf& half) {
    const std::string id = GpoId(ChildText(node, "Identifier"));
    const std::string_view logging = ChildText(node, "LoggingStatus");
    const bool done =
        ChildText(node, "Error") == "0" && (logging.empty() || logging == kLoggedWhole);
    for (std::size_t part = 0; part < kExtensions.size(); ++part) {
      GpStatus& status = half.status.at(part);
      if (id == kExtensions.at(part) && status != GpStatus::kFailed) {
        status = done ? GpStatus::kDone : GpStatus::kFailed;
      }
    }
  }

  static void Extensions(const pugi::xml_node& data, const GpHalf& half) {
    for (const pugi::xml_node& extension : data.children()) {
      if (Is(extension, "Extension")) {
        ReadGpExtension(extension, half);
      }
    }
  }

  void AddObject(const pugi::xml_node& node, PolicyScope scope) {
    ++sink_.record_count;
    const pugi::xml_node path = Child(node, "Path");
    const std::string id = GpoId(ChildText(path, "Identifier"));
    sink_.records.Add(PolicyObject{.origin = origin_,
                                   .scope = scope,
                                   .id = sink_.Keep(id),
                                   .name = NameOf(id),
                                   .domain = sink_.Keep(ChildText(path, "Domain")),
                                   .enabled = Flag(node, "Enabled"),
                                   .valid = Flag(node, "IsValid"),
                                   .filter_allowed = Flag(node, "FilterAllowed"),
                                   .access_denied = Flag(node, "AccessDenied"),
                                   .version = Version(ChildText(node, "VersionSysvol")),
                                   .source = evidence_.At(tree_.LineOf(node), sink_.Keep(id))});
  }

  // Where and for whom the half was processed. Names in events never make a user; this SID only
  // says whose half it is. Of a list that ends too early nothing is taken: what is missing might
  // name somebody else.
  [[nodiscard]] Processed ProcessedBy(const pugi::xml_node& node) const {
    const pugi::xml_node events = Child(node, "EventsDetails");
    if (!events || !tree_.IsWhole(events)) {
      return {};
    }
    OneName computer;
    OneName person;
    for (const pugi::xml_node& details : events.children()) {
      for (const pugi::xml_node& event : details.children()) {
        const std::string_view text = ChildText(event, "EventXml");
        computer.Tell(ComputerIn(text));
        person.Tell(PersonIn(text));
      }
    }
    return {.computer = sink_.Keep(computer.get()), .person = sink_.Keep(person.get())};
  }

  void Gpo(const pugi::xml_node& node) {
    const pugi::xml_node identifier = Child(node, "Identifier");
    const std::string id = GpoId(ChildText(identifier, "Identifier"));
    AddName(id, ChildText(node, "Name"));
    for (const pugi::xml_node& side : node.children()) {
      const bool computer = Is(side, "Computer");
      if (!computer && !Is(side, "User")) {
        continue;
      }
      GpHalf half = HalfOf(computer ? PolicyScope::kComputer : PolicyScope::kUser);
      half.gpo = sink_.Keep(id);
      sink_.records.Add(PolicyObject{.origin = origin_,
                                     .scope = half.scope,
                                     .id = half.gpo,
                                     .name = NameOf(id),
                                     .domain = sink_.Keep(ChildText(identifier, "Domain")),
                                     .enabled = Flag(side, "Enabled"),
                                     .version = Version(ChildText(side, "VersionSysvol")),
                                     .source = evidence_.At(tree_.LineOf(side), half.gpo)});
      for (const pugi::xml_node& child : side.children()) {
        if (Is(child, "ExtensionData")) {
          Extensions(child, half);
        }
      }
      sink_.records.Add(PolicyFile{.origin = origin_,
                                   .scope = half.scope,
                                   .gpo = half.gpo,
                                   .complete = tree_.IsWhole(side) && !tree_.too_deep(),
                                   .source = evidence_.At(tree_.LineOf(side), half.gpo)});
    }
  }

  void NoteHalves(bool logged) const {
    sink_.note.append(logged ? ", applied policy: " : ", simulation, nothing was applied: ")
        .append(halves_.empty() ? "neither half" : halves_);
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  XmlTree tree_;
  PolicyOrigin origin_ = PolicyOrigin::kLogged;
  Known<TimeInterval> read_time_;
  std::unordered_map<std::string, std::string> names_;
  std::string halves_;
};

}  // namespace

GpRoot GpRootOf(const Head& head) {
  if (head.FirstLetter() != '<') {
    return GpRoot::kOther;
  }
  const std::string_view text = head.Text();
  const auto has = [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  if (has("\"http://www.microsoft.com/GroupPolicy/Rsop\"") && (has("<Rsop") || has(":Rsop"))) {
    return GpRoot::kResults;
  }
  const bool gpo = has("<GPO ") || has(":GPO ") || has("<GPO>");
  return gpo && has("\"http://www.microsoft.com/GroupPolicy/Settings\"") ? GpRoot::kGpo
                                                                         : GpRoot::kOther;
}

Status ReadGpResults(const EvidenceView& evidence, RecordSink& sink) {
  Report report(evidence, sink);
  Status status = report.Load();
  return status ? report.Results() : status;
}

Status ReadGpoReport(const EvidenceView& evidence, RecordSink& sink) {
  Report report(evidence, sink);
  Status status = report.Load();
  return status ? report.Gpos() : status;
}

}  // namespace whfb::readers
