#include "scanner/engine/subject_id.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

namespace whfb::engine {

namespace {

std::string TextOf(const Subject& subject, std::string_view fact) {
  const Cell& cell = subject.facts.Get(fact);
  return cell.present() ? std::string(cell.value.text) : std::string();
}

// "device:OLD" and "user:OLD/..." become NEW; every other id stays.
void Rename(std::string& id, const std::string& old_name, const std::string& new_name) {
  const std::string device = SubjectId(SubjectKind::kDevice, old_name);
  const std::string users = UserId(old_name, "");
  if (id == device) {
    id = SubjectId(SubjectKind::kDevice, new_name);
  } else if (id.starts_with(users)) {
    id = UserId(new_name, std::string_view(id).substr(users.size()));
  }
}

}  // namespace

std::string EnvironmentName(const Subject& environment) {
  const std::string forest = TextOf(environment, "environment.name");
  if (!forest.empty()) {
    return SubjectName(forest);
  }
  const std::string tenant = TextOf(environment, "environment.tenant_id");
  return tenant.empty() ? "default" : SubjectName("tenant-" + tenant);
}

std::string SubjectId(SubjectKind kind, std::string_view name) {
  return fmt::format("{}:{}", ToString(kind), name);
}

std::string UserId(std::string_view device_name, std::string_view user_name) {
  return fmt::format("user:{}/{}", device_name, user_name);
}

SubjectRecord MakeSubjectRecord(const Subject& subject, std::string id, std::string parent) {
  SubjectRecord record{
      .id = std::move(id), .kind = subject.kind, .name = subject.name, .parent = std::move(parent)};
  std::vector<Alias> aliases = subject.aliases;
  std::ranges::sort(aliases, [](const Alias& a, const Alias& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.value < b.value;
  });
  for (const Alias& alias : aliases) {
    record.aliases.emplace_back(ToString(alias.kind), alias.value);
  }
  return record;
}

std::string NameSuffix(const SubjectRecord& device) {
  return device.aliases.empty() ? "~unnamed" : "~" + device.aliases.front().second.substr(0, 8);
}

void RenameDevice(SubjectResult& result, const std::string& old_name, const std::string& new_name) {
  for (SubjectRecord& subject : result.subjects) {
    Rename(subject.id, old_name, new_name);
    Rename(subject.parent, old_name, new_name);
  }
  for (Finding& finding : result.findings) {
    Rename(finding.subject, old_name, new_name);
  }
}

}  // namespace whfb::engine
