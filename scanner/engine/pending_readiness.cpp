#include "scanner/engine/pending_readiness.h"

#include <algorithm>
#include <span>
#include <utility>

#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10U;

constexpr std::string_view kUser = "user:";

}  // namespace

std::uint32_t PendingReadiness::GroupOf(const std::string& environment, const Affected& affected) {
  const auto next = static_cast<std::uint32_t>(groups_.size());
  return groups_.emplace(std::pair(environment, affected), next).first->second;
}

// A text never crosses chunks, so a view of it is one piece.
void PendingReadiness::Keep(std::string_view id) {
  if (ids_.empty() || ids_.back().size() + id.size() > kChunk) {
    ids_.emplace_back().reserve(std::max(kChunk, id.size()));
  }
  ids_.back() += id;
}

void PendingReadiness::Add(const DeviceResult& device) {
  for (const UserStanding& user : device.users) {
    ++affected_[device.environment][user.affected];
    Keep(user.id);
    standings_.push_back({.group = GroupOf(device.environment, user.affected),
                          .id_size = static_cast<std::uint32_t>(user.id.size()),
                          .device_size = static_cast<std::uint32_t>(device.device_name.size()),
                          .verdict = user.own.verdict,
                          .severity = user.own.severity,
                          .in_scope = user.in_scope,
                          .placeholder = device.placeholder && user.in_scope,
                          .last_of_device = !device.only_host && &user == &device.users.back()});
  }
  if (device.only_host) {
    const std::string id = SubjectId(SubjectKind::kDevice, device.device_name);
    Keep(id);
    standings_.push_back({.id_size = static_cast<std::uint32_t>(id.size()),
                          .verdict = device.own.verdict,
                          .severity = device.own.severity,
                          .host = true});
  }
}

Readiness PendingReadiness::ReadinessOf(const Standing& user, const std::vector<Group>& groups) {
  const rules::JudgedFinding own{.verdict = user.verdict, .severity = user.severity};
  if (user.host) {
    return rules::Judge(std::span(&own, 1), true);
  }
  const auto& [environment, affected] = groups[user.group];
  return JoinReadiness(own, *affected, environment->items, environment->verdicts, user.placeholder);
}

Status PendingReadiness::Settle(const VerdictsByEnvironment& verdicts, ResultSink& sink) const {
  std::vector<Group> groups(groups_.size());
  for (const auto& [key, number] : groups_) {
    groups[number] = {&verdicts.at(key.first), &key.second};
  }
  auto chunk = ids_.begin();
  std::size_t at = 0;
  std::vector<Readiness> in_scope;
  Readiness placeholder = Readiness::kUndetermined;
  for (const Standing& user : standings_) {
    if (at == chunk->size()) {
      ++chunk;
      at = 0;
    }
    const std::string_view id = std::string_view(*chunk).substr(at, user.id_size);
    at += user.id_size;
    const Readiness readiness = ReadinessOf(user, groups);
    if (user.placeholder) {
      placeholder = readiness;
    } else if (user.in_scope && !user.host) {
      in_scope.push_back(readiness);
    }
    Status set = sink.SetReadiness(id, readiness);
    if (set && user.last_of_device) {
      const std::string device =
          SubjectId(SubjectKind::kDevice, id.substr(kUser.size(), user.device_size));
      set = sink.SetReadiness(device, rules::JudgeDevice(in_scope, placeholder));
      in_scope.clear();
      placeholder = Readiness::kUndetermined;
    }
    if (!set) {
      return set;
    }
  }
  return Ok{};
}

}  // namespace whfb::engine
