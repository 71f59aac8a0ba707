// The NDES server of Contoso, as its exports show it.

#ifndef WHFB_SAMPLES_CONTOSO_NDES_H_
#define WHFB_SAMPLES_CONTOSO_NDES_H_

#include "samples/contoso_files.h"
#include "samples/contoso_pki.h"

namespace whfb::samples {

// Registry, machine store, and both registration authority certificates, in the folder ndes01.
[[nodiscard]] Files NdesFiles(const ContosoPki& pki);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_NDES_H_
