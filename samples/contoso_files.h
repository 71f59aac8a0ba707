// From a story to the files that tell it.

#ifndef WHFB_SAMPLES_CONTOSO_FILES_H_
#define WHFB_SAMPLES_CONTOSO_FILES_H_

#include "samples/contoso_fleet.h"
#include "samples/contoso_pki.h"
#include "samples/zip_file.h"

namespace whfb::samples {

// Paths below "devices/" and their contents.
[[nodiscard]] Files DeviceFiles(const Story& story, const ContosoPki& pki);

// Paths below "environment/".
[[nodiscard]] Files EnvironmentFiles(const ContosoPki& pki);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_FILES_H_
