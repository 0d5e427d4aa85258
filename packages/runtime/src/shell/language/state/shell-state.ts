import type { CompoundCommand, Redirected } from 'unbash'
import type { Process } from '../../processes/process'
import type { Signal } from '../../signals'
import type { Source } from '../source'
import { FIRST_OPTIONS, SET_OPTIONS, SHOPT_OPTIONS, isSetOption, isShopt, type SetOption, type Shopt } from './options'
import { Variable } from './variable'
import { Variables } from './variables'

/** A function as it was defined. */
export interface ShellFunction {
  readonly name: string
  readonly body: CompoundCommand | Redirected
  readonly source: Source
  readonly at: number
  isExported: boolean
  isReadonly: boolean
}

/** One function or sourced file that runs. */
export interface Frame {
  readonly type: 'function' | 'source'
  readonly name: string
  /** The text that a function was defined in, or the file itself: what `BASH_SOURCE` tells. */
  readonly source: Source
  /** Line that called it. */
  readonly callLine: number
  /** `local -`: the options that come back at its end. */
  options?: ReadonlySet<SetOption>
}

/** What `trap` can wait for. */
export type TrapName = 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN' | Signal

/** A job of this shell. */
export interface Job {
  readonly number: number
  readonly text: string
  readonly group: number
  /** In the order of the pipeline; the last one is `$!`. */
  readonly processes: readonly Process[]
  isDisowned: boolean
  isForeground: boolean
  /** What was told last, so that a change is told once. */
  told: 'running' | 'stopped' | 'done'
}

/** Everything that a subshell gets a copy of. */
export class ShellState {
  vars: Variables
  functions: Map<string, ShellFunction>
  aliases: Map<string, string>
  options: Set<SetOption>
  shopt: Set<Shopt>
  traps: Map<TrapName, string>
  positional: string[] = []
  scriptName = 'bash'
  cwd: string
  oldCwd: string | undefined
  /** `pushd`'s, without the current folder. */
  folders: string[] = []
  umask = 0o022
  status = 0
  lastArgument = ''
  pipeStatus: readonly number[] = []
  /** Remembered places of programs. */
  hashed = new Map<string, string>()
  frames: Frame[] = []
  /** Depth of subshells. */
  depth = 0
  loops = 0
  /** How often the mark of `set -x` is repeated. */
  traceDepth = 0
  isInteractive = false
  /** `exit` was asked for. */
  hasExited = false
  /** Runs a file: `FUNCNAME` and its like end in `main`. */
  isScript = false
  /** Runs a text that it was given, `bash -c`, not a file or what is typed into it. */
  isCommandText = true
  /** Traps of the shell that this is a copy of: `trap` still tells them, until it sets one. */
  outerTraps: ReadonlyMap<TrapName, string> | undefined
  /** Commands of the shell that `enable -n` put out of use. */
  disabled = new Set<string>()
  jobs: Job[] = []
  /** Process number of the shell that this is a copy of, for `$$`. */
  shellPid = 0
  lastBackground: number | undefined
  secondsFrom = 0
  random = 1
  history: string[] = []
  /** Exit codes of children that ended, for `wait PID`. */
  readonly ended = new Map<number, number>()

  constructor(cwd: string) {
    this.cwd = cwd
    this.vars = new Variables()
    this.functions = new Map()
    this.aliases = new Map()
    this.options = new Set(FIRST_OPTIONS)
    this.shopt = new Set(Object.entries(SHOPT_OPTIONS).flatMap(([name, isOn]) => (isOn && isShopt(name) ? [name] : [])))
    this.traps = new Map()
  }

  has(option: SetOption): boolean {
    return this.options.has(option)
  }

  /** What a subshell starts with. */
  copy(): ShellState {
    const made = new ShellState(this.cwd)
    made.vars = this.vars.copy()
    made.functions = new Map(this.functions)
    made.aliases = new Map(this.aliases)
    made.options = new Set(this.options)
    made.shopt = new Set(this.shopt)
    made.traps = new Map(this.traps)
    made.positional = [...this.positional]
    made.scriptName = this.scriptName
    made.oldCwd = this.oldCwd
    made.folders = [...this.folders]
    made.umask = this.umask
    made.status = this.status
    made.lastArgument = this.lastArgument
    made.pipeStatus = this.pipeStatus
    made.hashed = new Map(this.hashed)
    made.frames = [...this.frames]
    made.depth = this.depth + 1
    made.loops = this.loops
    made.traceDepth = this.traceDepth
    made.disabled = new Set(this.disabled)
    made.isScript = this.isScript
    made.isCommandText = this.isCommandText
    made.outerTraps = this.outerTraps
    made.isInteractive = this.isInteractive
    made.jobs = [...this.jobs]
    made.shellPid = this.shellPid
    made.lastBackground = this.lastBackground
    made.secondsFrom = this.secondsFrom
    made.random = this.random
    made.history = [...this.history]
    return made
  }

  /** The letters of `$-`. */
  get letters(): string {
    const on = Object.entries(SET_OPTIONS).flatMap(([name, letter]) => (isSetOption(name) && this.has(name) ? [letter] : []))
    const letters = [...on.join('')].toSorted((a, b) => order(a) - order(b)).join('')
    return `${letters}${this.isInteractive ? 'i' : ''}c`
  }

  export(name: string, text: string): void {
    this.vars.put(name, new Variable({ type: 'text', text }, { exported: true }))
  }
}

const LETTERS = 'abefhkmnptuvxBCEHPT'

function order(letter: string): number {
  return LETTERS.indexOf(letter)
}
