#pragma once
#include <stdint.h>

// A SQLite VFS in memory that behaves like a disk when the power fails: what was not synced is lost, kept or torn by chance.

/// Registers the VFS under the name "powercut" (once) and empties its disk.
void powercut_reset(void);

/// The power fails at the given write, sync, truncate or delete, counted from now; 0: never.
/// Everything after it fails with SQLITE_IOERR.
void powercut_arm(int64_t operations, uint64_t seed);

/// While the disk is full, no file can grow: SQLITE_FULL.
void powercut_fill(int full);

/// Whether the power has failed.
int powercut_is_off(void);

/// Switches the power on again. Of each write that was not synced, each sector of 512 bytes is there or not, by chance; a
/// file that was never synced may be missing.
void powercut_restore(void);

/// Writes, syncs, truncates and deletes since the last reset.
int64_t powercut_operations(void);
