#include "projections/gate/part_maker.h"

#include "engine/format/words.h"

namespace stafett::bti {

std::vector<format::OpenPart> open_parts(const EncodedParts& encoded, Random& random) {
  std::vector<format::OpenPart> parts;
  for (std::size_t i = 0; i < encoded.words.size(); ++i) {
    if (encoded.words[i].size() == 0) continue;
    parts.push_back({static_cast<format::PartClass>(i + 1), random_id<format::Salt>(random),
                     format::to_bytes(encoded.words[i])});
  }
  return parts;
}

}  // namespace stafett::bti
