#pragma once
// Time stamps: a third party's signed word that a hash existed at a time.
//
// Source:  RFC 3161, RFC 5816; OpenSSL makes requests and judges responses.
// Threads: pure functions and values.
// Limits:  kTimeStampBytesMax per response, kTimeStampCertificatesMax bytes of certificates.

#include <optional>
#include <string>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace stafett::crypto {

inline constexpr std::size_t kTimeStampBytesMax = 64 * 1024;
inline constexpr std::size_t kTimeStampCertificatesMax = 256 * 1024;

// A TimeStampReq (DER) for a SHA-256 hash, which asks for the signer's certificate too.
Bytes time_stamp_request(const Hash& imprint, std::optional<std::uint64_t> nonce);

struct TimeStamp {
  TimeUs time;         // as the authority says; whole seconds
  std::string serial;  // in hex, of the authority's own
};

// Whether a TimeStampResp (DER) grants a time stamp of this hash, signed by a certificate for time
// stamping that leads to one of `trusted` (PEM). Certificates must have been valid at the time
// stamped: later on they expire, and the stamp stays. Revocation is not looked at.
// Errors: malformed (no response), refused (not granted, or of another hash or nonce),
// bad_signature, invalid_argument (no certificate in `trusted`), too_large.
Result<TimeStamp> check_time_stamp(ByteView response, const Hash& imprint,
                                   std::optional<std::uint64_t> nonce, const std::string& trusted);

}  // namespace stafett::crypto
