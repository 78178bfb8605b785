#include "powercut.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// One mutex guards everything: the disk is shared by the connections of one process.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

enum { sector_size = 512, file_limit = 16, region_limit = 64, shm_locks = SQLITE_SHM_NLOCK };

typedef struct Change {
    struct Change *next;
    int64_t offset;
    int64_t count;  // -1: truncate to `offset`
    unsigned char bytes[];
} Change;

typedef struct {
    char name[256];
    int exists;
    int is_linked;  // its name survives a power cut
    unsigned char *bytes;
    int64_t count;
    int64_t capacity;
    unsigned char *synced;
    int64_t synced_count;
    Change *first, *last;  // since the last sync
    int shared, reserved, exclusive;
    void *regions[region_limit];
    int region_size;
    int shm_shared[shm_locks];
    int shm_exclusive[shm_locks];
} Disk;

typedef struct {
    sqlite3_file base;
    Disk *disk;
    int lock;
    int deletes_on_close;
    unsigned shm_shared, shm_exclusive;
} Handle;

static Disk disks[file_limit];
static int64_t operations, cut_at;
static int is_off;
static int is_full;
static uint64_t random_state = 1;

static uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static Disk *find(const char *name) {
    for (int i = 0; i < file_limit; i++)
        if (disks[i].name[0] && strcmp(disks[i].name, name) == 0) return &disks[i];
    return 0;
}

static void drop_changes(Disk *disk) {
    for (Change *change = disk->first; change;) {
        Change *next = change->next;
        free(change);
        change = next;
    }
    disk->first = disk->last = 0;
}

static void set_contents(Disk *disk, const unsigned char *bytes, int64_t count) {
    if (count > disk->capacity) {
        disk->capacity = count * 2;
        disk->bytes = realloc(disk->bytes, (size_t)disk->capacity);
    }
    if (count) memcpy(disk->bytes, bytes, (size_t)count);
    disk->count = count;
}

static void apply_write(Disk *disk, int64_t offset, const unsigned char *bytes, int64_t count) {
    int64_t end = offset + count;
    if (end > disk->capacity) {
        disk->capacity = end * 2;
        disk->bytes = realloc(disk->bytes, (size_t)disk->capacity);
    }
    if (offset > disk->count) memset(disk->bytes + disk->count, 0, (size_t)(offset - disk->count));
    memcpy(disk->bytes + offset, bytes, (size_t)count);
    if (end > disk->count) disk->count = end;
}

static void record(Disk *disk, int64_t offset, const void *bytes, int64_t count) {
    Change *change = malloc(sizeof(Change) + (size_t)(count > 0 ? count : 0));
    change->next = 0;
    change->offset = offset;
    change->count = count;
    if (count > 0) memcpy(change->bytes, bytes, (size_t)count);
    if (disk->last) disk->last->next = change; else disk->first = change;
    disk->last = change;
}

// Counts one operation. Returns 1 if the power is off now; the operation at which it fails happens, perhaps, and is not synced.
static int count_operation(void) {
    if (is_off) return 1;
    operations++;
    if (cut_at && operations >= cut_at) is_off = 1;
    return 0;
}

// Files

static int file_close(sqlite3_file *file) {
    Handle *handle = (Handle *)file;
    pthread_mutex_lock(&mutex);
    if (handle->disk && handle->deletes_on_close) handle->disk->exists = 0;
    pthread_mutex_unlock(&mutex);
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    Handle *handle = (Handle *)file;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    int64_t there = handle->disk->count - offset;
    if (is_off) {
        code = SQLITE_IOERR_READ;
    } else if (there >= count) {
        memcpy(bytes, handle->disk->bytes + offset, (size_t)count);
    } else {
        memset(bytes, 0, (size_t)count);
        if (there > 0) memcpy(bytes, handle->disk->bytes + offset, (size_t)there);
        code = SQLITE_IOERR_SHORT_READ;
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    Handle *handle = (Handle *)file;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    if (is_full && offset + count > (sqlite3_int64)handle->disk->count) {
        code = SQLITE_FULL;
    } else if (count_operation()) {
        code = SQLITE_IOERR_WRITE;
    } else {
        record(handle->disk, offset, bytes, count);
        apply_write(handle->disk, offset, bytes, count);
        if (is_off) code = SQLITE_IOERR_WRITE;
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    Handle *handle = (Handle *)file;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    if (count_operation()) {
        code = SQLITE_IOERR_TRUNCATE;
    } else {
        record(handle->disk, size, 0, -1);
        if (size < handle->disk->count) handle->disk->count = size;
        if (is_off) code = SQLITE_IOERR_TRUNCATE;
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int file_sync(sqlite3_file *file, int flags) {
    (void)flags;
    Handle *handle = (Handle *)file;
    Disk *disk = handle->disk;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    if (count_operation() || is_off) {
        code = SQLITE_IOERR_FSYNC;
    } else {
        disk->synced = realloc(disk->synced, (size_t)(disk->count ? disk->count : 1));
        if (disk->count) memcpy(disk->synced, disk->bytes, (size_t)disk->count);
        disk->synced_count = disk->count;
        disk->is_linked = 1;
        drop_changes(disk);
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    Handle *handle = (Handle *)file;
    pthread_mutex_lock(&mutex);
    *size = handle->disk->count;
    int code = is_off ? SQLITE_IOERR_FSTAT : SQLITE_OK;
    pthread_mutex_unlock(&mutex);
    return code;
}

static int file_lock(sqlite3_file *file, int level) {
    Handle *handle = (Handle *)file;
    Disk *disk = handle->disk;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    if (level > handle->lock) {
        int others = disk->shared - (handle->lock >= SQLITE_LOCK_SHARED);
        if (level == SQLITE_LOCK_SHARED) {
            if (disk->exclusive) code = SQLITE_BUSY;
            else disk->shared++;
        } else if (level == SQLITE_LOCK_RESERVED) {
            if (disk->reserved) code = SQLITE_BUSY;
            else disk->reserved = 1;
        } else {
            if (others > 0 || (disk->reserved && handle->lock < SQLITE_LOCK_RESERVED)) code = SQLITE_BUSY;
            else disk->reserved = disk->exclusive = 1;
        }
        if (code == SQLITE_OK) handle->lock = level;
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int file_unlock(sqlite3_file *file, int level) {
    Handle *handle = (Handle *)file;
    Disk *disk = handle->disk;
    pthread_mutex_lock(&mutex);
    if (handle->lock > level) {
        if (handle->lock >= SQLITE_LOCK_PENDING) disk->exclusive = 0;
        if (handle->lock >= SQLITE_LOCK_RESERVED) disk->reserved = 0;
        if (level == SQLITE_LOCK_NONE) disk->shared--;
        handle->lock = level;
    }
    pthread_mutex_unlock(&mutex);
    return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *file, int *result) {
    pthread_mutex_lock(&mutex);
    *result = ((Handle *)file)->disk->reserved;
    pthread_mutex_unlock(&mutex);
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    (void)file, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *file) {
    (void)file;
    return sector_size;
}

// No promises: writes may be torn, and may reach the disk in any order.
static int file_characteristics(sqlite3_file *file) {
    (void)file;
    return 0;
}

// Shared memory of the write-ahead log: on the heap, gone with the power.

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **result) {
    Disk *disk = ((Handle *)file)->disk;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    *result = 0;
    if (region >= region_limit) {
        code = SQLITE_IOERR_SHMMAP;
    } else {
        if (!disk->regions[region] && extend) {
            disk->regions[region] = calloc(1, (size_t)size);
            disk->region_size = size;
        }
        *result = disk->regions[region];
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int shm_lock(sqlite3_file *file, int first, int count, int flags) {
    Handle *handle = (Handle *)file;
    Disk *disk = handle->disk;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    for (int i = first; i < first + count && code == SQLITE_OK; i++) {
        unsigned bit = 1u << i;
        if (flags & SQLITE_SHM_UNLOCK) continue;
        int others = disk->shm_shared[i] - ((handle->shm_shared & bit) ? 1 : 0);
        if (disk->shm_exclusive[i] && !(handle->shm_exclusive & bit)) code = SQLITE_BUSY;
        if ((flags & SQLITE_SHM_EXCLUSIVE) && others > 0) code = SQLITE_BUSY;
    }
    for (int i = first; i < first + count && code == SQLITE_OK; i++) {
        unsigned bit = 1u << i;
        if (flags & SQLITE_SHM_UNLOCK) {
            if (handle->shm_shared & bit) disk->shm_shared[i]--;
            if (handle->shm_exclusive & bit) disk->shm_exclusive[i] = 0;
            handle->shm_shared &= ~bit;
            handle->shm_exclusive &= ~bit;
        } else if (flags & SQLITE_SHM_EXCLUSIVE) {
            disk->shm_exclusive[i] = 1;
            handle->shm_exclusive |= bit;
        } else if (!(handle->shm_shared & bit)) {
            disk->shm_shared[i]++;
            handle->shm_shared |= bit;
        }
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static void shm_barrier(sqlite3_file *file) {
    (void)file;
    __sync_synchronize();
}

static int shm_unmap(sqlite3_file *file, int deletes) {
    Handle *handle = (Handle *)file;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < shm_locks; i++) {
        unsigned bit = 1u << i;
        if (handle->shm_shared & bit) handle->disk->shm_shared[i]--;
        if (handle->shm_exclusive & bit) handle->disk->shm_exclusive[i] = 0;
    }
    handle->shm_shared = handle->shm_exclusive = 0;
    if (deletes) {
        for (int i = 0; i < region_limit; i++) {
            free(handle->disk->regions[i]);
            handle->disk->regions[i] = 0;
        }
    }
    pthread_mutex_unlock(&mutex);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

// The disk

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    Handle *handle = (Handle *)file;
    memset(handle, 0, sizeof *handle);
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    Disk *disk = name ? find(name) : 0;
    if (is_off) {
        code = SQLITE_CANTOPEN;
    } else if (!disk || !disk->exists) {
        if (!(flags & SQLITE_OPEN_CREATE)) {
            code = SQLITE_CANTOPEN;
        } else {
            for (int i = 0; !disk && i < file_limit; i++)
                if (!disks[i].name[0]) disk = &disks[i];
            if (!disk) {
                code = SQLITE_CANTOPEN;
            } else {
                if (name) strncpy(disk->name, name, sizeof disk->name - 1);
                disk->exists = 1;
                disk->is_linked = 0;
                disk->count = disk->synced_count = 0;
                drop_changes(disk);
            }
        }
    }
    if (code == SQLITE_OK) {
        handle->disk = disk;
        handle->deletes_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
        handle->base.pMethods = &methods;
        if (out) *out = flags;
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs, (void)sync;
    int code = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    Disk *disk = find(name);
    if (count_operation()) {
        code = SQLITE_IOERR_DELETE;
    } else if (!disk || !disk->exists) {
        code = SQLITE_IOERR_DELETE_NOENT;
    } else {
        disk->exists = 0;
        disk->count = disk->synced_count = 0;
        drop_changes(disk);
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    (void)vfs, (void)flags;
    pthread_mutex_lock(&mutex);
    Disk *disk = find(name);
    *result = disk && disk->exists;
    pthread_mutex_unlock(&mutex);
    return SQLITE_OK;
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *result) {
    (void)vfs;
    strncpy(result, name, (size_t)size);
    return SQLITE_OK;
}

static sqlite3_vfs *system_vfs;
static int vfs_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    (void)vfs;
    return system_vfs->xRandomness(system_vfs, count, bytes);
}
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return system_vfs->xSleep(system_vfs, microseconds);
}
static int vfs_time(sqlite3_vfs *vfs, double *now) {
    (void)vfs;
    return system_vfs->xCurrentTime(system_vfs, now);
}
static int vfs_last_error(sqlite3_vfs *vfs, int count, char *text) {
    (void)vfs, (void)count, (void)text;
    return 0;
}

static sqlite3_vfs vfs = {
    .iVersion = 1,
    .szOsFile = sizeof(Handle),
    .mxPathname = 255,
    .zName = "powercut",
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_pathname,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_time,
    .xGetLastError = vfs_last_error,
};

static void forget_memory(Disk *disk) {
    for (int i = 0; i < region_limit; i++) {
        free(disk->regions[i]);
        disk->regions[i] = 0;
    }
    disk->shared = disk->reserved = disk->exclusive = 0;
    memset(disk->shm_shared, 0, sizeof disk->shm_shared);
    memset(disk->shm_exclusive, 0, sizeof disk->shm_exclusive);
}

void powercut_fill(int full) {
    pthread_mutex_lock(&mutex);
    is_full = full;
    pthread_mutex_unlock(&mutex);
}

void powercut_reset(void) {
    pthread_mutex_lock(&mutex);
    if (!system_vfs) {
        system_vfs = sqlite3_vfs_find(0);
        sqlite3_vfs_register(&vfs, 0);
    }
    for (int i = 0; i < file_limit; i++) {
        Disk *disk = &disks[i];
        drop_changes(disk);
        forget_memory(disk);
        free(disk->bytes);
        free(disk->synced);
        memset(disk, 0, sizeof *disk);
    }
    operations = cut_at = is_off = is_full = 0;
    pthread_mutex_unlock(&mutex);
}

void powercut_arm(int64_t after, uint64_t seed) {
    pthread_mutex_lock(&mutex);
    cut_at = after ? operations + after : 0;
    random_state = seed ? seed * 2654435761u | 1 : 1;
    for (int i = 0; i < 8; i++) next_random();
    pthread_mutex_unlock(&mutex);
}

int powercut_is_off(void) {
    pthread_mutex_lock(&mutex);
    int result = is_off;
    pthread_mutex_unlock(&mutex);
    return result;
}

int64_t powercut_operations(void) {
    pthread_mutex_lock(&mutex);
    int64_t result = operations;
    pthread_mutex_unlock(&mutex);
    return result;
}

void powercut_restore(void) {
    pthread_mutex_lock(&mutex);
    // How much of the unsynced was lucky differs from cut to cut: nothing, half, nearly everything.
    uint64_t luck = next_random() % 5;
    for (int i = 0; i < file_limit; i++) {
        Disk *disk = &disks[i];
        if (!disk->name[0]) continue;
        Change *changes = disk->first;
        disk->first = disk->last = 0;
        if (disk->exists && !disk->is_linked && next_random() % 2) {
            disk->exists = 0;
            disk->count = 0;
        } else {
            set_contents(disk, disk->synced, disk->synced_count);
            for (Change *change = changes; change; change = change->next) {
                if (change->count < 0) {
                    if (next_random() % 4 < luck && change->offset < disk->count) disk->count = change->offset;
                    continue;
                }
                for (int64_t done = 0; done < change->count;) {
                    int64_t part = sector_size - (change->offset + done) % sector_size;
                    if (part > change->count - done) part = change->count - done;
                    if (next_random() % 4 < luck) apply_write(disk, change->offset + done, change->bytes + done, part);
                    done += part;
                }
            }
        }
        disk->synced = realloc(disk->synced, (size_t)(disk->count ? disk->count : 1));
        if (disk->count) memcpy(disk->synced, disk->bytes, (size_t)disk->count);
        disk->synced_count = disk->count;
        while (changes) {
            Change *next = changes->next;
            free(changes);
            changes = next;
        }
        forget_memory(disk);
    }
    is_off = 0;
    cut_at = 0;
    pthread_mutex_unlock(&mutex);
}
