#pragma once
// Parts of an encoded event, each with a salt of its own, ready to be signed.

#include "engine/format/part.h"
#include "projections/catalogue/codec.h"

namespace stafett::bti {

std::vector<format::OpenPart> open_parts(const EncodedParts& encoded, Random& random);

}  // namespace stafett::bti
