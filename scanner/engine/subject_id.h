// Printed ids of subjects: "device:PC-0042", "user:PC-0042/S-1-12-1-...". Design, section 4.

#ifndef WHFB_SCANNER_ENGINE_SUBJECT_ID_H_
#define WHFB_SCANNER_ENGINE_SUBJECT_ID_H_

#include <string>
#include <string_view>

#include "scanner/core/facts.h"
#include "scanner/core/finding.h"

namespace whfb::engine {

// The environment: its forest root, else its tenant, else "default".
[[nodiscard]] std::string EnvironmentName(const Subject& environment);

[[nodiscard]] std::string SubjectId(SubjectKind kind, std::string_view name);
[[nodiscard]] std::string UserId(std::string_view device_name, std::string_view user_name);

// The record that outputs show, aliases strongest first. `id` and `parent` as printed.
[[nodiscard]] SubjectRecord MakeSubjectRecord(const Subject& subject,
                                              std::string id,
                                              std::string parent);

// "~" and the first eight characters of the strongest alias: tells devices of one name apart.
[[nodiscard]] std::string NameSuffix(const SubjectRecord& device);

// Gives the device of a result, and its users, another name.
void RenameDevice(SubjectResult& result, const std::string& old_name, const std::string& new_name);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_SUBJECT_ID_H_
