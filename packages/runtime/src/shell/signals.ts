/** Signals as Linux numbers them. */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const

export type Signal = keyof typeof SIGNALS

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(SIGNALS).map(([name, number]) => [number, name]))

function isSignal(name: string): name is Signal {
  return Object.hasOwn(SIGNALS, name)
}

/** `TERM`, `SIGTERM`, `sigterm` or `15`; undefined for what is none. */
export function signalNamed(word: string): Signal | undefined {
  const name = /^\d+$/.test(word) ? (NAMES.get(Number(word)) ?? '') : word.toUpperCase().replace(/^SIG/, '')
  return isSignal(name) ? name : undefined
}

/** Exit code that a shell gives for a process that a signal ended. */
export function codeOfSignal(signal: Signal): number {
  return 128 + SIGNALS[signal]
}

const WORDS: Readonly<Partial<Record<Signal, string>>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ABRT: 'Aborted',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
}

/** What a shell says of a process that a signal ended. */
export function signalWords(signal: Signal): string {
  return WORDS[signal] ?? `Unknown signal ${SIGNALS[signal]}`
}

/** Thrown where a process stands when a signal ends it. No command may catch it for good. */
export class Killed extends Error {
  readonly signal: Signal

  constructor(signal: Signal) {
    super(`killed by SIG${signal}`)
    this.signal = signal
  }
}
