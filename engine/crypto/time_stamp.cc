#include "engine/crypto/time_stamp.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "engine/base/check.h"

namespace stafett::crypto {
namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* one) const {
    kFree(one);
  }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Freed<kFree>>;

using OwnedResponse = Owned<TS_RESP, TS_RESP_free>;
using OwnedStore = Owned<X509_STORE, X509_STORE_free>;

int as_int(std::size_t size) {
  CHECK(size <= kTimeStampCertificatesMax);
  return static_cast<int>(size);
}

Result<OwnedResponse> parse_response(ByteView bytes) {
  if (bytes.size() > kTimeStampBytesMax) return Error{Errc::too_large, "time stamp"};
  const unsigned char* at = bytes.data();
  OwnedResponse response{d2i_TS_RESP(nullptr, &at, as_int(bytes.size()))};
  if (!response || at != bytes.data() + bytes.size()) {
    ERR_clear_error();
    return Error{Errc::malformed, "not a response of a time stamp authority"};
  }
  return response;
}

Result<std::int64_t> seconds_of(const ASN1_GENERALIZEDTIME* text) {
  std::tm parts{};
  if (text == nullptr || ASN1_TIME_to_tm(text, &parts) != 1)
    return Error{Errc::malformed, "time stamp without a time"};
  const std::chrono::year_month_day day{std::chrono::year{parts.tm_year + 1900},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!day.ok()) return Error{Errc::malformed, "time stamp without a time"};
  const auto days = std::chrono::sys_days{day}.time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(days).count() + 3600 * parts.tm_hour +
         60 * parts.tm_min + parts.tm_sec;
}

// Trusts these certificates, as of that time.
Result<OwnedStore> store_of(const std::string& pem, std::int64_t time_s) {
  if (pem.size() > kTimeStampCertificatesMax) return Error{Errc::too_large, "certificates"};
  OwnedStore store{X509_STORE_new()};
  const Owned<BIO, BIO_free> text{BIO_new_mem_buf(pem.data(), as_int(pem.size()))};
  CHECK(store && text);
  bool has_one = false;
  for (;;) {
    const Owned<X509, X509_free> one{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)};
    if (!one) break;
    has_one = X509_STORE_add_cert(store.get(), one.get()) == 1;
    if (!has_one) break;
  }
  ERR_clear_error();  // where the text ends, too
  if (!has_one) return Error{Errc::invalid_argument, "no certificates in PEM"};
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), time_s);
  return store;
}

bool is_sha256(TS_MSG_IMPRINT* imprint) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  return OBJ_obj2nid(algorithm) == NID_sha256;
}

bool is_of(TS_TST_INFO* info, const Hash& imprint) {
  TS_MSG_IMPRINT* stamped = TS_TST_INFO_get_msg_imprint(info);
  if (stamped == nullptr || !is_sha256(stamped)) return false;
  const ASN1_OCTET_STRING* bytes = TS_MSG_IMPRINT_get_msg(stamped);
  const ByteView view{ASN1_STRING_get0_data(bytes),
                      static_cast<std::size_t>(ASN1_STRING_length(bytes))};
  return std::ranges::equal(view, imprint.view());
}

bool has_nonce(TS_TST_INFO* info, std::uint64_t nonce) {
  const ASN1_INTEGER* there = TS_TST_INFO_get_nonce(info);
  std::uint64_t value = 0;
  return there != nullptr && ASN1_INTEGER_get_uint64(&value, there) == 1 && value == nonce;
}

std::string serial_of(TS_TST_INFO* info) {
  const Owned<BIGNUM, BN_free> number{ASN1_INTEGER_to_BN(TS_TST_INFO_get_serial(info), nullptr)};
  if (!number) return {};
  char* hex = BN_bn2hex(number.get());
  if (hex == nullptr) return {};
  std::string text = hex;
  OPENSSL_free(hex);
  return text;
}

bool is_signed(TS_RESP* response, const Hash& imprint, OwnedStore trusted) {
  const Owned<TS_VERIFY_CTX, TS_VERIFY_CTX_free> context{TS_VERIFY_CTX_new()};
  auto* copy = static_cast<unsigned char*>(OPENSSL_malloc(Hash::kBytes));
  CHECK(context && copy != nullptr);
  std::ranges::copy(imprint.view(), copy);
  TS_VERIFY_CTX_set_imprint(context.get(), copy, Hash::kBytes);  // its own from here on
  TS_VERIFY_CTX_set_store(context.get(), trusted.release());     // likewise
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_IMPRINT);
  const bool holds = TS_RESP_verify_response(context.get(), response) == 1;
  ERR_clear_error();
  return holds;
}

}  // namespace

Bytes time_stamp_request(const Hash& imprint, std::optional<std::uint64_t> nonce) {
  const Owned<TS_REQ, TS_REQ_free> request{TS_REQ_new()};
  const Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free> stamped{TS_MSG_IMPRINT_new()};
  const Owned<X509_ALGOR, X509_ALGOR_free> algorithm{X509_ALGOR_new()};
  CHECK(request && stamped && algorithm);
  Hash copy = imprint;
  CHECK(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
  CHECK(TS_MSG_IMPRINT_set_algo(stamped.get(), algorithm.get()) == 1);
  CHECK(TS_MSG_IMPRINT_set_msg(stamped.get(), copy.data(), Hash::kBytes) == 1);
  CHECK(TS_REQ_set_version(request.get(), 1) == 1);
  CHECK(TS_REQ_set_msg_imprint(request.get(), stamped.get()) == 1);
  CHECK(TS_REQ_set_cert_req(request.get(), 1) == 1);
  if (nonce) {
    const Owned<ASN1_INTEGER, ASN1_INTEGER_free> number{ASN1_INTEGER_new()};
    CHECK(number && ASN1_INTEGER_set_uint64(number.get(), *nonce) == 1);
    CHECK(TS_REQ_set_nonce(request.get(), number.get()) == 1);
  }
  unsigned char* der = nullptr;
  const int size = i2d_TS_REQ(request.get(), &der);
  CHECK(size > 0);
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

Result<TimeStamp> check_time_stamp(ByteView response, const Hash& imprint,
                                   std::optional<std::uint64_t> nonce, const std::string& trusted) {
  ENGINE_TRY(parsed, parse_response(response));
  TS_TST_INFO* info = TS_RESP_get_tst_info(parsed.get());
  if (info == nullptr) return Error{Errc::refused, "the authority grants no time stamp"};
  if (!is_of(info, imprint)) return Error{Errc::refused, "a time stamp of something else"};
  if (nonce && !has_nonce(info, *nonce))
    return Error{Errc::refused, "a time stamp that was asked for by somebody else"};
  ENGINE_TRY(time_s, seconds_of(TS_TST_INFO_get_time(info)));
  ENGINE_TRY(store, store_of(trusted, time_s));
  if (!is_signed(parsed.get(), imprint, std::move(store)))
    return Error{Errc::bad_signature, "not signed by an authority that is trusted"};
  return TimeStamp{TimeUs{time_s * 1'000'000}, serial_of(info)};
}

}  // namespace stafett::crypto
