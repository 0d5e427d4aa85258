import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { Confinement } from './confinement'
import { shownPath } from './folder-path'
import { KeptOutput } from './kept-output'

export interface ShellCommand {
  readonly command: string
  /** Folder to run in, from the directory on. */
  readonly folder: readonly string[]
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** How a command ended. A JSON object as it is answered. */
export type ShellEnd = {
  readonly exit_code: number
  readonly stdout: string
  readonly stderr: string
  /** It was ended before it had done. */
  readonly ended?: 'timeout' | 'stopped'
}

/** Commands of one directory that run at the same time, of each kind of shell. */
export const MOST_AT_ONCE = 4

/** As shells say it: ended by time, and by the person. */
export const CUT_CODES = { timeout: 124, stopped: 130 } as const
export const KILLED = 137

/** What still comes after the end of a command is waited for so long: somebody else may hold its pipes open for ever. */
export const LAST_WORDS_MS = 500

/** Runs one command line by `bash`, each in a shell of its own. All that it started ends with it, by itself, by time, or when nobody waits any more. */
export function runShell(root: string, confinement: Confinement, run: ShellCommand): Promise<ShellEnd> {
  return new Promise((resolve, reject) => {
    const child = start(root, confinement, run)
    const kept = { stdout: keep(child.stdout), stderr: keep(child.stderr) }
    let cut: ShellEnd['ended']
    const cutBy = (why: 'timeout' | 'stopped') => (): void => {
      cut ??= why
      killGroup(child)
    }
    const stop = cutBy('stopped')
    const timer = setTimeout(cutBy('timeout'), run.timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      run.signal.removeEventListener('abort', stop)
    }
    child.once('error', (error) => {
      settle()
      const isAbsent = 'code' in error && error.code === 'ENOENT'
      reject(isAbsent ? new Error(`${shownPath(run.folder)} is not there, or bash is not; nothing was run.`) : error)
    })
    child.once('exit', (code) => {
      settle()
      killGroup(child)
      const exit_code = cut === undefined ? (code ?? KILLED) : CUT_CODES[cut]
      const finish = (): void => {
        clearTimeout(late)
        resolve({ exit_code, stdout: kept.stdout(), stderr: kept.stderr(), ...(cut !== undefined && { ended: cut }) })
      }
      const late = setTimeout(finish, LAST_WORDS_MS)
      child.once('close', finish)
    })
    run.signal.addEventListener('abort', stop, { once: true })
    if (run.signal.aborted) stop()
  })
}

function start(
  root: string,
  { isConfined, before, env }: Confinement,
  { command, folder }: ShellCommand,
): ChildProcessByStdio<null, Readable, Readable> {
  const [program, ...args] = [...before(shownPath(folder)), 'bash', '-c', command]
  // A group of its own, so that what it started can be ended with it.
  return spawn(program, args, {
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: isConfined ? root : join(root, ...folder),
  })
}

/** Characters may be cut anywhere between two pieces of bytes. */
function keep(stream: Readable): () => string {
  const decoder = new StringDecoder('utf8')
  const kept = new KeptOutput()
  stream.on('data', (bytes: Buffer) => kept.push(decoder.write(bytes)))
  return () => kept.text()
}

export function killGroup({ pid }: { readonly pid?: number | undefined }): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (thrown) {
    // Nobody of it is left.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}
