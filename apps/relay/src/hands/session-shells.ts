import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { FollowAnswer, RunAnswer, RunAsked } from '@tabwright/protocol'
import { EngineError } from '../engine/built-in'
import type { Confinement, OfferedFolder } from './confinement'
import { BadPath, FOLDER, segmentsOf, shownPath } from './folder-path'
import { FileProblem, inFolder } from './open-folder'
import { functionVariables, KEEP_FD, NEW_SHELL, prologueOf, READ_FD, readState, SHELL_MAIN, type ShellState } from './shell-state'
import { CUT_CODES, killGroup, KILLED, LAST_WORDS_MS, MOST_AT_ONCE } from './shell-run'

type Piece = FollowAnswer['pieces'][number]

/** A command waits for whoever reads it with so much unread; what one that is being ended still writes beyond is dropped. */
const MOST_UNREAD = 2 * 1024 * 1024
/** Of an answer, as JSON, in front of its last piece: with that it still fits a frame of the relay. */
const MOST_ANSWERED = 700_000
const PIECE = 32 * 1024
/** An answer without news comes after so long, well before the relay gives a call up. */
const FOLLOW_MS = 20_000
/** Nobody asked for so long: who had it run is gone, and so is the command then, or what is kept of one that ended. */
const FORGOTTEN_MS = 60_000
/** For the shell to say what it leaves behind, once it is told to end. */
const SOFT_MS = 300
const MOST_SESSIONS = 64
/** Commands that ended and that nobody has asked for yet. */
const MOST_ENDED = 16
const MOST_KEPT = 1024 * 1024

/** One command of a session. */
interface Running {
  readonly child: ChildProcess
  pieces: Piece[]
  unread: number
  end: FollowAnswer['end']
  /** Wakes whoever waits for news. */
  wake: () => void
  cut: 'timeout' | 'stopped' | undefined
  forgotten: NodeJS.Timeout | undefined
}

/**
 * The shell of each session: a bash for each command, which begins as the one before ended: folder, variables, functions, aliases and options.
 * Jobs end with their command.
 */
export class SessionShells {
  readonly #root: string
  readonly #confinement: Confinement
  readonly #states = new Map<string, ShellState>()
  readonly #running = new Map<string, Running>()

  constructor({ root, confinement, over }: Pick<OfferedFolder, 'root' | 'confinement' | 'over'>) {
    this.#root = root
    this.#confinement = confinement
    // Nobody could follow or stop them any more.
    over.addEventListener('abort', () => this.#running.forEach(({ child }) => killGroup(child)), { once: true })
  }

  /** Starts a command; nothing is run where its folder is not one. */
  async run({ session, command, cwd, timeoutMs }: RunAsked): Promise<RunAnswer> {
    const state = this.#states.get(session) ?? NEW_SHELL
    const wrong = cwd === undefined ? undefined : await this.#notAFolder(cwd)
    if (wrong !== undefined) return { refused: `${cwd}: ${wrong}; nothing was run.`, cwd: state.cwd }
    const stands = cwd ?? ((await this.#notAFolder(state.cwd)) === undefined ? state.cwd : FOLDER)
    const folder = segmentsOf(stands)
    if ([...this.#running.values()].filter(({ end }) => end === undefined).length >= MOST_AT_ONCE)
      return { refused: `${MOST_AT_ONCE} commands run there already; nothing was run.`, cwd: state.cwd }
    const run = randomUUID()
    this.#start(session, { run, state, folder, command, timeoutMs })
    return { run }
  }

  /** What was written since it was last asked, or that it ended; waits for either. */
  async follow(run: string, signal: AbortSignal): Promise<FollowAnswer> {
    const running = this.#running.get(run) ?? gone(run)
    clearTimeout(running.forgotten)
    if (running.pieces.length === 0 && running.end === undefined) await news(running, signal)
    const pieces = taken(running)
    resume(running)
    if (running.pieces.length === 0 && running.end !== undefined) {
      this.#running.delete(run)
      return { pieces, end: running.end }
    }
    this.#forgetLater(run, running)
    return { pieces }
  }

  /** Ends a command; what it wrote and how it ended is still told to whoever follows. */
  stop(run: string): void {
    const running = this.#running.get(run)
    if (running !== undefined) this.#end(running, 'stopped')
  }

  async #notAFolder(cwd: string): Promise<string | undefined> {
    try {
      await inFolder({ root: this.#root, segments: segmentsOf(cwd) }, () => Promise.resolve())
      return undefined
    } catch (thrown) {
      if (thrown instanceof FileProblem || thrown instanceof BadPath) return thrown.message.replace(/\.$/, '')
      throw thrown
    }
  }

  #forgetLater(run: string, running: Running): void {
    clearTimeout(running.forgotten)
    const forget = (): void => void (running.end === undefined ? this.#end(running, 'stopped') : this.#running.delete(run))
    running.forgotten = setTimeout(forget, FORGOTTEN_MS)
    if (running.end !== undefined) running.forgotten.unref()
    const ended = [...this.#running].filter(([, { end }]) => end !== undefined).map(([id]) => id)
    for (const id of ended.slice(0, -MOST_ENDED)) this.#running.delete(id)
  }

  #start(session: string, { run, state, folder, command, timeoutMs }: Command): void {
    const { isConfined, before, env } = this.#confinement
    const own = ownPath(env)
    const words = [...before(shownPath(folder)), 'bash', '-c', SHELL_MAIN, 'bash']
    const [program = 'bash', ...args]: readonly string[] = words
    const child = spawn(program, args, {
      env: { ...env, PATH: [...own, ...state.path].join(':'), ...functionVariables(state) },
      // A group of its own, so that what it started can be ended with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      cwd: isConfined ? this.#root : join(this.#root, ...folder),
    })
    const running: Running = { child, pieces: [], unread: 0, end: undefined, wake: () => undefined, cut: undefined, forgotten: undefined }
    this.#running.set(run, running)
    this.#forgetLater(run, running)
    collect(running)
    const kept = keep(child.stdio[KEEP_FD])
    tell(child.stdio[READ_FD], `${prologueOf(state)}\0${command}\0`)
    const timer = setTimeout(() => this.#end(running, 'timeout'), timeoutMs)
    const finish = (exitCode: number, notes: readonly string[], next: ShellState): void => {
      clearTimeout(timer)
      this.#keep(session, next)
      const { cut } = running
      running.end = { exitCode: cut === undefined ? exitCode : CUT_CODES[cut], cwd: next.cwd, notes: [...notes], ...(cut && { cut }) }
      this.#forgetLater(run, running)
      running.wake()
    }
    child.once('error', (error) => finish(127, [`[bash could not be started: ${error.message}]`], state))
    child.once('exit', (code) => {
      killGroup(child)
      const end = (): void => {
        clearTimeout(late)
        const left = readState(kept(), { path: own, root: isConfined ? FOLDER : this.#root })
        finish(code ?? KILLED, left === undefined ? [] : notesOf(left, own), left?.state ?? state)
      }
      const late = setTimeout(end, LAST_WORDS_MS)
      child.once('close', end)
    })
  }

  /** First the shell alone, so that it can say what it leaves behind; then all of it. */
  #end(running: Running, cut: 'timeout' | 'stopped'): void {
    if (running.end !== undefined || running.cut !== undefined) return
    running.cut = cut
    // Whatever is unread may keep the shell from coming to its end.
    resume(running)
    const shell = shellIn(running.child.pid)
    if (shell !== undefined) send(shell)
    setTimeout(() => killGroup(running.child), shell === undefined ? 0 : SOFT_MS)
  }

  #keep(session: string, state: ShellState): void {
    this.#states.delete(session)
    this.#states.set(session, state)
    const [oldest] = this.#states.keys()
    if (this.#states.size > MOST_SESSIONS && oldest !== undefined) this.#states.delete(oldest)
  }
}

interface Command {
  readonly run: string
  readonly state: ShellState
  readonly folder: readonly string[]
  readonly command: string
  readonly timeoutMs: number
}

function gone(run: string): never {
  throw new EngineError('function_not_found', `There is no command ${run.slice(0, 40)} here now.`)
}

function ownPath(env: Readonly<Record<string, string>>): readonly string[] {
  return (env['PATH'] ?? '/usr/bin:/bin').split(':').filter((folder) => folder !== '')
}

function notesOf({ dropped, pathMoved }: NonNullable<ReturnType<typeof readState>>, own: readonly string[]): string[] {
  const listed = dropped.slice(0, 20).join(', ') + (dropped.length > 20 ? ` and ${dropped.length - 20} more` : '')
  return [
    ...(dropped.length > 0
      ? [
          `[not kept for later commands: ${listed}; nothing may take the name of a path, a built-in or a program, or run before every command]`,
        ]
      : []),
    ...(pathMoved
      ? [`[for later commands PATH starts with ${own.join(':')}, so that nothing takes the place of the system's commands]`]
      : []),
  ]
}

/** Both streams, in the order in which they come. Pauses them while too much is unread. */
function collect(running: Running): void {
  const { child } = running
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name]
    const decoder = new StringDecoder('utf8')
    const push = (text: string): void => {
      if (running.cut !== undefined && running.unread > MOST_UNREAD) return
      for (let at = 0; at < text.length; at += PIECE) running.pieces.push([name, text.slice(at, at + PIECE)])
      running.unread += text.length
      if (running.unread > MOST_UNREAD) pause(running)
      if (text !== '') running.wake()
    }
    stream?.on('data', (bytes: Buffer) => push(decoder.write(bytes)))
    stream?.once('end', () => push(decoder.end()))
  }
}

function pause({ child, cut }: Running): void {
  if (cut === undefined) for (const stream of [child.stdout, child.stderr]) stream?.pause()
}

function resume({ child, unread, cut }: Running): void {
  if (cut !== undefined || unread <= MOST_UNREAD) for (const stream of [child.stdout, child.stderr]) stream?.resume()
}

function taken(running: Running): Piece[] {
  const pieces: Piece[] = []
  for (let size = 0; running.pieces.length > 0 && size < MOST_ANSWERED;) {
    const next = running.pieces.shift()
    if (next === undefined) break
    running.unread -= next[1].length
    size += JSON.stringify(next[1]).length
    const last = pieces.at(-1)
    if (last?.[0] === next[0]) last[1] += next[1]
    else pieces.push(next)
  }
  return pieces
}

function news(running: Running, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      running.wake = () => undefined
      resolve()
    }
    const timer = setTimeout(done, FOLLOW_MS)
    signal.addEventListener('abort', done, { once: true })
    running.wake = done
    if (signal.aborted) done()
  })
}

function keep(stream: Readable | Writable | null | undefined): () => string {
  const parts: Buffer[] = []
  let size = 0
  if (stream instanceof Readable)
    stream.on('data', (bytes: Buffer) => {
      size += bytes.length
      if (size <= MOST_KEPT) parts.push(bytes)
    })
  return () => Buffer.concat(parts).toString('utf8')
}

function tell(stream: Readable | Writable | null | undefined, text: string): void {
  if (!(stream instanceof Writable)) return
  // A shell that is gone before it has read is told of by its end.
  stream.on('error', () => undefined)
  stream.end(text)
}

/** The bash below bubblewrap's own processes, as this side numbers it. */
function shellIn(pid: number | undefined): number | undefined {
  let at = pid
  for (let depth = 0; at !== undefined && depth < 4; depth++) {
    try {
      if (readFileSync(`/proc/${at}/comm`, 'utf8').trim() !== 'bwrap') return at
      const [child] = readFileSync(`/proc/${at}/task/${at}/children`, 'utf8').split(' ').filter(Boolean)
      at = child === undefined ? undefined : Number(child)
    } catch {
      // Ended meanwhile, or a system without such a list: all of it is ended at once.
      return undefined
    }
  }
  return undefined
}

function send(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}
