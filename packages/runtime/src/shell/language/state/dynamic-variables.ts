import type { Runner } from '../runner'
import { SET_OPTIONS, SHOPT_OPTIONS, isSetOption, isShopt } from './options'
import type { Value } from './variable'

const text = (value: string | number): Value => ({ type: 'text', text: String(value) })

const list = (texts: readonly string[]): Value => ({ type: 'list', items: new Map(texts.map((one, i) => [i, one])) })

/** A number below 32768, as bash's `RANDOM` makes the next of the last. */
function nextRandom(seed: number): number {
  const last = seed === 0 ? 123_459_876 : seed
  const high = Math.floor(last / 127_773)
  const low = last % 127_773
  const next = 16_807 * low - 2836 * high
  return next < 0 ? next + 0x7f_ff_ff_ff : next
}

/** The variables that are made when they are asked for. */
export function installDynamic(runner: Runner): void {
  const { state, system } = runner
  const { vars } = state
  const set = (name: string, make: () => Value): void => void vars.dynamic.set(name, make)
  set('RANDOM', () => {
    state.random = nextRandom(state.random)
    return text(((state.random >> 16) ^ (state.random & 0xffff)) & 32_767)
  })
  vars.setters.set('RANDOM', (given) => {
    state.random = Number(given) >>> 0
  })
  set('SRANDOM', () => text(new DataView(system.random(new Uint8Array(4)).buffer).getUint32(0)))
  set('SECONDS', () => text(Math.floor(system.clock.steady() / 1000 - state.secondsFrom)))
  vars.setters.set('SECONDS', (given) => {
    state.secondsFrom = system.clock.steady() / 1000 - Number(given)
  })
  set('EPOCHSECONDS', () => text(Math.floor(system.clock.now() / 1000)))
  set('EPOCHREALTIME', () =>
    text(`${Math.floor(system.clock.now() / 1000)}.${String(Math.floor((system.clock.now() % 1000) * 1000)).padStart(6, '0')}`),
  )
  set('LINENO', () => text(runner.line))
  set('BASHPID', () => text(state.depth === 0 ? state.shellPid : runner.process.pid))
  set('BASH_SUBSHELL', () => text(state.depth))
  set('BASH_COMMAND', () => text(runner.commandText))
  set('PIPESTATUS', () => list(state.pipeStatus.map(String)))
  set('DIRSTACK', () => list([state.cwd, ...state.folders]))
  set('GROUPS', () => list(['1000']))
  set('HISTCMD', () => text(state.history.length + 1))
  set('SHELLOPTS', () =>
    text(
      Object.keys(SET_OPTIONS)
        .filter((name) => isSetOption(name) && state.has(name))
        .toSorted()
        .join(':'),
    ),
  )
  set('BASHOPTS', () =>
    text(
      Object.keys(SHOPT_OPTIONS)
        .filter((name) => isShopt(name) && state.shopt.has(name))
        .toSorted()
        .join(':'),
    ),
  )
  set('BASH_ALIASES', () => ({ type: 'table', items: new Map(state.aliases) }))
  set('BASH_CMDS', () => ({ type: 'table', items: new Map(state.hashed) }))
  installFrames(runner)
}

function installFrames(runner: Runner): void {
  const { state } = runner
  const { dynamic } = state.vars
  const frames = (): ShellFrames => {
    const inner = state.frames.toReversed()
    return inner.some((frame) => frame.type === 'function') || inner.length > 0 ? inner : []
  }
  type ShellFrames = typeof state.frames
  dynamic.set('FUNCNAME', () => {
    const inner = frames()
    if (!inner.some((frame) => frame.type === 'function')) return { type: 'unset' }
    const names = inner.map((frame) => (frame.type === 'source' ? 'source' : frame.name))
    return list(state.isScript ? [...names, 'main'] : names)
  })
  dynamic.set('BASH_SOURCE', () => list([...frames().map((frame) => frame.source.name), ...(state.isScript ? [state.scriptName] : [])]))
  dynamic.set('BASH_LINENO', () => list([...frames().map((frame) => String(frame.callLine)), ...(state.isScript ? ['0'] : [])]))
}
