#include "collectors/readers/hive_places.h"

#include <array>

namespace whfb::readers {

namespace {

constexpr HivePart kSoftware = HivePart::kSoftware;
constexpr HivePart kControlSet = HivePart::kControlSet;
constexpr HivePart kUser = HivePart::kUser;

// ComputerName\ActiveComputerName is not here: it is volatile and in no hive.
constexpr std::array kPlaces = {
    // Its subkey EncryptedPassword is nothing to read.
    HivePlace{kSoftware, "Microsoft\\Cryptography\\MSCEP", false},
    HivePlace{kSoftware, "Microsoft\\Enrollments"},
    HivePlace{kSoftware, "Microsoft\\EnterpriseCertificates"},
    HivePlace{kSoftware, "Microsoft\\Policies\\PassportForWork"},
    HivePlace{kSoftware, "Microsoft\\PolicyManager\\current\\device\\ControlPolicyConflict"},
    HivePlace{kSoftware, "Microsoft\\PolicyManager\\current\\device\\LocalPoliciesSecurityOptions"},
    HivePlace{kSoftware, "Microsoft\\Provisioning\\Diagnostics\\SCEP"},
    HivePlace{kSoftware, "Microsoft\\Provisioning\\OMADM\\Logger", false},
    HivePlace{kSoftware, "Microsoft\\SystemCertificates"},
    HivePlace{kSoftware, "Microsoft\\Windows NT\\CurrentVersion", false},
    HivePlace{kSoftware, "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"},
    HivePlace{kSoftware, "Microsoft\\Windows\\CurrentVersion\\Policies\\System", false},
    HivePlace{kSoftware, "Policies\\Microsoft\\PassportForWork"},
    HivePlace{kSoftware, "Policies\\Microsoft\\SystemCertificates"},
    HivePlace{kSoftware, "Policies\\Microsoft\\Windows NT\\Terminal Services"},
    HivePlace{kSoftware, "Policies\\Microsoft\\Windows\\CredentialsDelegation"},

    HivePlace{kControlSet, "Control\\CloudDomainJoin"},
    HivePlace{kControlSet, "Control\\ComputerName\\ComputerName", false},
    HivePlace{kControlSet, "Control\\Lsa", false},
    HivePlace{kControlSet, "Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.3"},
    HivePlace{kControlSet, "Control\\Terminal Server"},
    HivePlace{kControlSet, "Services\\CertSvc\\Configuration"},
    HivePlace{kControlSet, "Services\\Kdc"},
    HivePlace{kControlSet, "Services\\Tcpip\\Parameters", false},

    HivePlace{kUser, "Software\\Microsoft\\SystemCertificates"},
    HivePlace{kUser, "Software\\Microsoft\\Windows NT\\CurrentVersion", false},
    HivePlace{kUser, "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", false},
    HivePlace{kUser, "Software\\Policies\\Microsoft\\PassportForWork"},
    HivePlace{kUser, "Software\\Policies\\Microsoft\\SystemCertificates"},
    HivePlace{kUser, "Software\\Policies\\Microsoft\\Windows NT\\Terminal Services"},
    HivePlace{kUser, "Software\\Policies\\Microsoft\\Windows\\CredentialsDelegation"},
};

}  // namespace

std::span<const HivePlace> HivePlaces() {
  return kPlaces;
}

}  // namespace whfb::readers
