/** What a command printed, and how it ended. */
export interface CommandEnd {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

/** 0: done · 1: it was tried and failed · 2: wrong use, nothing was tried · 3: no relay answers there, or it does not let us in. */
type ExitCode = 0 | 1 | 2 | 3

/** A command was written wrongly: one sentence for the terminal. */
export class WrongUse extends Error {}

/** No relay answers, or it does not let us in: one sentence for the terminal. */
export class NoWayIn extends Error {}

export function wrongUse(message: string): CommandEnd {
  return { code: 2, out: '', err: `${message}\n` }
}

/**
 * The end of a command that threw one of the above, or what `parseArgs` throws.
 * @param command whose help is named
 * @throws everything else
 */
export function endOf(thrown: unknown, command: string): CommandEnd {
  if (thrown instanceof NoWayIn) return { code: 3, out: '', err: `${thrown.message}\n` }
  const isFlag = thrown instanceof TypeError && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS')
  if (isFlag || thrown instanceof WrongUse) return wrongUse(`${thrown.message.replace(/\.?$/, '.')} Run "${command} --help".`)
  throw thrown
}
