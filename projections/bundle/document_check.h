#pragma once
// documents.jsonl and the documents: that each is there which an entry of a case promises and no
// erasure took, of its length, and the one that its event names.
//
// Threads: one.
// Limits:  a document is read piece by piece; 80 bytes are kept of each.

#include "projections/bundle/bundle_context.h"

namespace stafett::bti {

// `promised`: in any order. REQUIRES: cases.jsonl was checked.
Result<void> check_documents(BundleContext& context, std::vector<PromisedDocument> promised);

}  // namespace stafett::bti
