import type { Runner } from '../runner'

/** Text whose tildes were replaced, and what is left to look at. */
export interface TildeExpanded {
  readonly done: readonly { readonly text: string; readonly quoted: boolean }[]
  readonly rest: string
}

const PREFIX = /^~([A-Za-z0-9._+-]*)(?=[/:]|$)/

/** Replaces `~`, `~+`, `~-`, `~user` where they may stand. */
export function tildeExpanded(
  runner: Runner,
  text: string,
  how: { readonly isValue: boolean; readonly isStart: boolean; readonly isWhole: boolean },
): TildeExpanded {
  const done: { text: string; quoted: boolean }[] = []
  let rest = text
  let isStart = how.isStart
  for (;;) {
    const match = isStart ? PREFIX.exec(rest) : null
    const ends = match !== null && match[0].length === rest.length
    // `~"x"` is no tilde prefix: what follows would be part of the name.
    const home =
      match === null || (ends && !how.isWhole) || (!how.isValue && rest.charAt(match[0].length) === ':')
        ? undefined
        : homeOf(runner, match[1] ?? '')
    if (match !== null && home !== undefined) {
      done.push({ text: home, quoted: true })
      rest = rest.slice(match[0].length)
    }
    const colon = how.isValue ? rest.indexOf(':~') : -1
    if (colon < 0) return { done, rest }
    done.push({ text: rest.slice(0, colon + 1), quoted: false })
    rest = rest.slice(colon + 1)
    isStart = true
  }
}

function homeOf(runner: Runner, name: string): string | undefined {
  const { state } = runner
  const numbered = /^([+-]?)(\d+)$/.exec(name)
  if (numbered !== null) {
    const all = [state.cwd, ...state.folders]
    return all.at(numbered[1] === '-' ? -1 - Number(numbered[2]) : Number(numbered[2]))
  }
  switch (name) {
    case '':
      return state.vars.text('HOME') ?? '/home/user'
    case '+':
      return state.vars.text('PWD') ?? state.cwd
    case '-':
      return state.vars.text('OLDPWD')
    case 'root':
      return '/root'
    case state.vars.text('USER'):
      return '/home/user'
    default:
      return undefined
  }
}
