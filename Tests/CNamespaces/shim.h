// unshare(2), which hides behind _GNU_SOURCE. Header only; nothing here has a decision in it.
#ifndef SHMTOP_CNAMESPACES_SHIM_H
#define SHMTOP_CNAMESPACES_SHIM_H

extern int unshare(int flags);

// A mount namespace of its own for the calling thread (CLONE_NEWNS).
static inline int unshare_mounts(void) { return unshare(0x00020000); }

#endif
