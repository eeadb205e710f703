#include "tools/folder_beside.h"

#include <filesystem>

#include "engine/storage/private_places.h"

namespace stafett::tools {

namespace fs = std::filesystem;

FolderBeside::FolderBeside(std::string target, std::string beside)
    : target_(std::move(target)), beside_(std::move(beside)) {}

Result<std::unique_ptr<FolderBeside>> FolderBeside::make(const std::string& out, OutForm form) {
  std::error_code error;
  const bool may_be_there =
      form == OutForm::folder && fs::is_directory(out, error) && fs::is_empty(out, error);
  if (fs::exists(out, error) && !may_be_there)
    return Error{Errc::conflict, out + (form == OutForm::folder ? " is not empty" : " is there")};
  fs::path target = fs::absolute(out, error);
  if (!target.has_filename()) target = target.parent_path();
  ENGINE_TRY(beside, storage::make_new_folder(target.string() + ".partial-"));
  return std::unique_ptr<FolderBeside>{new FolderBeside{target.string(), std::move(beside)}};
}

FolderBeside::~FolderBeside() {
  std::error_code ignored;
  fs::remove_all(beside_, ignored);
}

Result<void> FolderBeside::take_place(const std::string& made) {
  std::error_code error;
  fs::rename(made, target_, error);  // replaces an empty directory
  if (error) return Error{Errc::io, target_ + ": " + error.message()};
  return {};
}

}  // namespace stafett::tools
