#pragma once

// The default VFS of SQLite, but that a disk can be full for the files of one folder: SQLITE_FULL, as with ENOSPC.

/// Registers it as the default (once). Files that are open already stay as they are.
void fulldisk_register(void);

/// From now on nothing can be written to files whose path begins so; null: there is room for all again.
void fulldisk_fill(const char *folder);
