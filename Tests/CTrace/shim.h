// What a tracer needs of Linux and Swift's Glibc module leaves out: ptrace is variadic, and the rest hides
// behind _GNU_SOURCE. Header only; nothing here has a decision in it.
#ifndef SHMTOP_CTRACE_SHIM_H
#define SHMTOP_CTRACE_SHIM_H

#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// Lets the parent trace this process.
static inline long trace_me(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }

// The traced process is killed when its tracer ends, however that comes.
static inline long trace_until_exit(pid_t pid) {
  return ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL);
}

static inline long trace_continue(pid_t pid) { return ptrace(PTRACE_CONT, pid, 0, 0); }

// Lets go of a process with a signal, SIGSTOP or 0.
static inline long trace_detach(pid_t pid, int signal) {
  return ptrace(PTRACE_DETACH, pid, 0, (void *)(intptr_t)signal);
}

// One machine instruction; returns the status that waitpid gave, or -1.
static inline int trace_step(pid_t pid) {
  int status = -1;
  if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) != 0) return -1;
  return waitpid(pid, &status, 0) == pid ? status : -1;
}

// Where the process is about to go on.
static inline uint64_t trace_instruction_pointer(pid_t pid) {
  struct user_regs_struct registers;
  struct iovec vector = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &vector) != 0) return 0;
#if defined(__x86_64__)
  return registers.rip;
#else
  return registers.pc;
#endif
}

// Whether the next instruction is a system call.
static inline int trace_is_at_system_call(pid_t pid) {
  uint64_t address = trace_instruction_pointer(pid);
#if defined(__x86_64__)
  return (ptrace(PTRACE_PEEKTEXT, pid, (void *)address, 0) & 0xFFFF) == 0x050F;
#else
  return (ptrace(PTRACE_PEEKTEXT, pid, (void *)address, 0) & 0xFFFFFFFF) == 0xD4000001;
#endif
}

// Reads memory of another process; returns the number of bytes, or -1.
static inline long trace_read(pid_t pid, uint64_t address, void *buffer, uint64_t byte_count) {
  struct iovec here = {buffer, byte_count}, there = {(void *)address, byte_count};
  return syscall(SYS_process_vm_readv, pid, &here, 1ul, &there, 1ul, 0ul);
}

// The address of a thread's robust list head (get_robust_list(2)), or 0.
static inline uint64_t trace_robust_list(pid_t thread) {
  void *head = 0;
  size_t byte_count = 0;
  return syscall(SYS_get_robust_list, thread, &head, &byte_count) == 0 ? (uint64_t)head : 0;
}

#endif
