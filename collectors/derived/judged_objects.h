// Templates that only a certificate of some device refers to (design: judged rows). The environment
// is derived before the devices, so this is made up for once they have been read.

#ifndef WHFB_COLLECTORS_DERIVED_JUDGED_OBJECTS_H_
#define WHFB_COLLECTORS_DERIVED_JUDGED_OBJECTS_H_

#include <set>
#include <string>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// Names and OIDs of the templates that the judged certificates of a device's users name; adds them
// to `references`.
void AddTemplateReferences(const FactSpace& device, std::set<std::string>& references);

// Judges the templates of the environment that `references` names, whatever the intent file lists.
void JudgeReferencedTemplates(const std::set<std::string>& references, FactSpace& environment);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_JUDGED_OBJECTS_H_
