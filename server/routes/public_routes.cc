#include "server/routes/public_routes.h"

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "server/http/problem.h"
#include "server/routes/of_log.h"

namespace stafett::server {
namespace {

HttpResponse text(std::string body, std::string cache) {
  HttpResponse response;
  response.type = "text/plain; charset=utf-8";
  response.etag = to_hex(crypto::sha256(as_bytes(body)).view().first(16));
  response.body = std::move(body);
  response.cache = std::move(cache);
  return response;
}

HttpResponse checkpoint(ServedLog& log, const HttpRequest& request) {
  Result<std::string> shown = log.tree.published();
  if (!shown) return problem_of(shown.error(), request.id);
  return text(std::move(*shown), "no-cache");
}

HttpResponse tile(ServedLog& log, const HttpRequest& request) {
  const Result<transparency::Tile> tile =
      transparency::parse_tile_path("tile/" + request.param("path"));
  if (!tile) return problem("not-found", "not the path of a tile", request.id);
  if (tile->kind == transparency::TileKind::entries)
    return problem("entries-not-public", {}, request.id);
  const Result<Bytes> bytes = log.tree.tile(*tile);
  if (!bytes) return problem_of(bytes.error(), request.id);
  HttpResponse response;
  response.type = "application/octet-stream";
  response.body.assign(as_text(*bytes));
  response.etag = to_hex(crypto::sha256(*bytes).view().first(16));
  // A tile of a given width never changes, partial ones neither.
  response.cache = "public, max-age=31536000, immutable";
  return response;
}

HttpResponse proof(ServedLog& log, const HttpRequest& request) {
  const auto position = parse_decimal(request.param("position"));
  if (!position) return problem("bad-parameter", "a position is a whole number", request.id);
  Result<std::string> proof = log.tree.proof(Position{*position});
  if (!proof) return problem_of(proof.error(), request.id);
  return text(std::move(*proof), "no-cache");
}

// For trying out: whom to believe is not to be learnt from the one to be checked.
HttpResponse key(ServedLog& log, const HttpRequest&) {
  return text(log.log.keyring().log_key().to_string() + "\n", "no-cache");
}

}  // namespace

void add_public_routes(Router& router, const LogSet& logs) {
  router.add(Method::get, "/{log}/checkpoint", for_anybody(logs, checkpoint));
  router.add(Method::get, "/{log}/keys/log.vkey", for_anybody(logs, key));
  router.add(Method::get, "/{log}/tile/{path*}", for_anybody(logs, tile));
  router.add(Method::get, "/{log}/v1/proofs/{position}", for_anybody(logs, proof));
}

}  // namespace stafett::server
