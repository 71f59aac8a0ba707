// Contoso's configuration: Intune profiles as Microsoft Graph returns them, and the AD CS template.

#ifndef WHFB_SAMPLES_CONTOSO_TENANT_H_
#define WHFB_SAMPLES_CONTOSO_TENANT_H_

#include <string>

namespace whfb::samples {

// GET /deviceManagement/deviceConfigurations: one SCEP profile and two trusted root profiles.
[[nodiscard]] std::string GraphProfiles(const std::string& root_der,
                                        const std::string& issuing_der);

// `certutil -dstemplate ContosoHelloRdp` after the Passport KSP was put in.
[[nodiscard]] std::string TemplateDump();

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_TENANT_H_
