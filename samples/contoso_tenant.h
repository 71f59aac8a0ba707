// Contoso's configuration: Intune profiles as Microsoft Graph returns them, and the AD CS
// templates.

#ifndef WHFB_SAMPLES_CONTOSO_TENANT_H_
#define WHFB_SAMPLES_CONTOSO_TENANT_H_

#include <string>

namespace whfb::samples {

// GET /deviceManagement/deviceConfigurations: one SCEP profile and two trusted root profiles.
[[nodiscard]] std::string GraphProfiles(const std::string& root_der,
                                        const std::string& issuing_der);

// `certutil -dstemplate` of the template with which users enrol themselves, after the Passport KSP
// was put in, and of the one with which NDES alone may.
[[nodiscard]] std::string RdpTemplateDump();
[[nodiscard]] std::string ScepTemplateDump();

// `certutil -CATemplates` of the issuing CA.
[[nodiscard]] std::string IssuedTemplates();

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_TENANT_H_
