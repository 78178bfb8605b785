#include "fulldisk.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

typedef struct {
    sqlite3_file base;
    const char *name;  // SQLite keeps it as long as the file is open
    sqlite3_file *real;
} Handle;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *real_vfs;
static char full[1024];

static int is_full(const char *name) {
    if (!name) return 0;
    pthread_mutex_lock(&mutex);
    int result = full[0] && strncmp(name, full, strlen(full)) == 0;
    pthread_mutex_unlock(&mutex);
    return result;
}

static sqlite3_file *real_of(sqlite3_file *file) { return ((Handle *)file)->real; }

static int file_close(sqlite3_file *file) {
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}
static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    return real_of(file)->pMethods->xRead(real_of(file), bytes, count, offset);
}
static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    if (is_full(((Handle *)file)->name)) return SQLITE_FULL;
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, count, offset);
}
static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}
static int file_sync(sqlite3_file *file, int flags) { return real_of(file)->pMethods->xSync(real_of(file), flags); }
static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
static int file_lock(sqlite3_file *file, int level) { return real_of(file)->pMethods->xLock(real_of(file), level); }
static int file_unlock(sqlite3_file *file, int level) { return real_of(file)->pMethods->xUnlock(real_of(file), level); }
static int file_check_lock(sqlite3_file *file, int *result) {
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}
static int file_control(sqlite3_file *file, int operation, void *argument) {
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}
static int file_sector_size(sqlite3_file *file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
static int file_characteristics(sqlite3_file *file) {
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out) {
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, out);
}
static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}
static void file_shm_barrier(sqlite3_file *file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
static int file_shm_unmap(sqlite3_file *file, int removes) {
    return real_of(file)->pMethods->xShmUnmap(real_of(file), removes);
}

// Version 2: without memory-mapped reading, of which nobody here makes use.
static const sqlite3_io_methods methods = {
    2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock,
    file_check_lock, file_control, file_sector_size, file_characteristics, file_shm_map, file_shm_lock,
    file_shm_barrier, file_shm_unmap, 0, 0,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    Handle *handle = (Handle *)file;
    handle->name = name;
    handle->real = (sqlite3_file *)(handle + 1);
    int code = real_vfs->xOpen(real_vfs, name, handle->real, flags, out);
    handle->base.pMethods = handle->real->pMethods ? &methods : 0;
    return code;
}

void fulldisk_register(void) {
    static sqlite3_vfs vfs;
    pthread_mutex_lock(&mutex);
    if (!real_vfs) {
        sqlite3_initialize();
        real_vfs = sqlite3_vfs_find(0);
        // What is not about open files is answered by the functions of the real one: they look at no field that differs.
        vfs = *real_vfs;
        vfs.zName = "fulldisk";
        vfs.pNext = 0;
        vfs.szOsFile = (int)sizeof(Handle) + real_vfs->szOsFile;
        vfs.xOpen = vfs_open;
        sqlite3_vfs_register(&vfs, 1);
    }
    pthread_mutex_unlock(&mutex);
}

void fulldisk_fill(const char *folder) {
    pthread_mutex_lock(&mutex);
    full[0] = 0;
    if (folder) strncat(full, folder, sizeof full - 1);
    pthread_mutex_unlock(&mutex);
}
