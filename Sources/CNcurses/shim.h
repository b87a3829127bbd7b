// What of ncurses Swift cannot import: mutable globals, macros, and functions with a variable number of
// arguments. Header only; nothing here has a decision in it.
#ifndef SHMTOP_CNCURSES_SHIM_H
#define SHMTOP_CNCURSES_SHIM_H

// Without it the header hides everything about wide characters.
#define NCURSES_WIDECHAR 1

#include <ncurses.h>
#include <stdio.h>
#include <wchar.h>

// stdin and stdout are mutable globals to Swift, and as such a concurrency error.
static inline SCREEN *shim_new_terminal(void) { return newterm(NULL, stdout, stdin); }
static inline void shim_flush(void) { fflush(stdout); }

// So is stdscr.
static inline int shim_rows(void) { return getmaxy(stdscr); }
static inline int shim_columns(void) { return getmaxx(stdscr); }
static inline int shim_read_key(wint_t *key) { return wget_wch(stdscr, key); }
static inline void shim_read_without_waiting(void) { nodelay(stdscr, TRUE); }
static inline void shim_know_function_keys(void) { keypad(stdscr, TRUE); }
static inline void shim_erase(void) { werase(stdscr); }
static inline void shim_redraw(void) { clearok(stdscr, TRUE); }
static inline void shim_move(int row, int column) { wmove(stdscr, row, column); }
static inline void shim_refresh(void) { wrefresh(stdscr); }
static inline void shim_write(int row, int column, attr_t attributes, short pair, const wchar_t *text, int length) {
  wattr_set(stdscr, attributes, pair, NULL);
  mvwaddnwstr(stdscr, row, column, text, length);
}

// The mouse: clicks of the first button, and the wheel. Without waiting for a second click, a press is told at once.
static inline int shim_take_mouse(int on) {
  mouseinterval(0);
  return mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL) != 0;
}
// What was done: 1 for a click, 4 and 5 for the wheel, 0 for anything else.
static inline int shim_read_mouse(int *row, int *column) {
  MEVENT event;
  if (getmouse(&event) != OK) return 0;
  *row = event.y;
  *column = event.x;
  return event.bstate & BUTTON4_PRESSED ? 4 : event.bstate & BUTTON5_PRESSED ? 5 : event.bstate & BUTTON1_PRESSED ? 1 : 0;
}

// Macros with casts do not import as constants.
static const attr_t shim_A_NORMAL = A_NORMAL;
static const attr_t shim_A_BOLD = A_BOLD;
static const attr_t shim_A_DIM = A_DIM;
static const attr_t shim_A_REVERSE = A_REVERSE;
static const attr_t shim_A_UNDERLINE = A_UNDERLINE;

// A macro with an argument.
static inline int shim_function_key(int number) { return KEY_F(number); }

#endif
