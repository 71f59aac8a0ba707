// Registry preferences in a Group Policy report: RegistryRsopSetting of results (PROPERTY and VALUE
// pairs) and RegistrySettings/Registry/Properties of a GPO. For gp_settings.cpp.

#ifndef WHFB_COLLECTORS_READERS_GP_PREFERENCES_H_
#define WHFB_COLLECTORS_READERS_GP_PREFERENCES_H_

#include <pugixml.hpp>

#include "collectors/readers/gp_settings.h"
#include "collectors/readers/policy_record.h"

namespace whfb::readers {

// `begun` holds what every setting of this element has in common.
void ReadGpPreference(const pugi::xml_node& node, const PolicySetting& begun, const GpHalf& half);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GP_PREFERENCES_H_
