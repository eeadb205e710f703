#include "tools/folder_beside.h"

#include <filesystem>

#include "engine/storage/files.h"
#include "tools/terminal.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<std::string> make_telling(TemporaryFolders& folders, const std::string& before) {
  for (const std::string& one : TemporaryFolders::others(before))
    talk("content in clear, left by a run that was cut off or of one at work: " + shown(one));
  return folders.make(before);
}

Result<FolderBeside> FolderBeside::make(const std::string& out, OutForm form,
                                        TemporaryFolders& folders) {
  std::error_code error;
  const fs::file_status there = fs::symlink_status(out, error);
  const bool may_be_there =
      (form == OutForm::folder && fs::is_directory(out, error) && fs::is_empty(out, error)) ||
      (form == OutForm::file_again && fs::is_regular_file(there));
  if (fs::exists(there) && !may_be_there)
    return Error{Errc::conflict, out + (form == OutForm::folder       ? " is not empty"
                                        : form == OutForm::file_again ? " is no regular file"
                                                                      : " is there")};
  fs::path target = fs::absolute(out, error);
  if (!target.has_filename()) target = target.parent_path();
  ENGINE_TRY(beside, make_telling(folders, target.string() + ".partial-"));
  return FolderBeside{target.string(), std::move(beside)};
}

Result<void> FolderBeside::take_place(const std::string& made) const {
  storage::Files& files = storage::posix_files();
  if (made != beside_) {
    ENGINE_TRY(whole, files.open_append(made));
    ENGINE_TRY_VOID(whole->sync());
  }
  return files.rename(made, target_);  // replaces an empty folder
}

Result<std::string> make_clear_folder(TemporaryFolders& folders) {
  return make_telling(folders, temporary_bundles());
}

}  // namespace stafett::tools
