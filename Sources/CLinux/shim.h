#pragma once
// What the Glibc module does not show: epoll, eventfd, signalfd, and the few functions behind _GNU_SOURCE.
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern pid_t gettid(void);

// The note that a linker was given with --build-id, of the program itself: see build_id(5) of elfutils and elf(5).
#include <elf.h>
#include <string.h>

struct dl_phdr_info_head { Elf64_Addr addr; const char *name; const Elf64_Phdr *headers; Elf64_Half count; };
extern int dl_iterate_phdr(int (*)(struct dl_phdr_info_head *, size_t, void *), void *);

struct build_id { uint8_t bytes[64]; size_t count; };

// The first object is the program; its notes are looked through and the walk ends.
static inline int find_build_id(struct dl_phdr_info_head *object, size_t size, void *found) {
    struct build_id *id = (struct build_id *)found;
    for (Elf64_Half index = 0; index < object->count; index++) {
        const Elf64_Phdr *header = &object->headers[index];
        if (header->p_type != PT_NOTE) continue;
        const uint8_t *at = (const uint8_t *)(object->addr + header->p_vaddr), *end = at + header->p_memsz;
        while (at + sizeof(Elf64_Nhdr) <= end) {
            const Elf64_Nhdr *note = (const Elf64_Nhdr *)at;
            const uint8_t *name = at + sizeof *note, *text = name + ((note->n_namesz + 3) & ~3u);
            if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp(name, "GNU", 4) == 0
                && note->n_descsz <= sizeof id->bytes) {
                memcpy(id->bytes, text, note->n_descsz);
                id->count = note->n_descsz;
                return 1;
            }
            at = text + ((note->n_descsz + 3) & ~3u);
        }
    }
    return 1;
}

static inline struct build_id build_id(void) {
    struct build_id id = { .count = 0 };
    dl_iterate_phdr(find_build_id, &id);
    return id;
}
