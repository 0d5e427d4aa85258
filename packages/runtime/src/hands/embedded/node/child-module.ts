import { Buffer } from 'buffer'
import { ChildProcess, wantedOf, wordsOf } from './child-process'
import { forkFor } from './fork'
import { childSync } from './child-sync'
import { bytesOf, type World } from './context'
import { promisified } from './timers'

const MAX_BUFFER = 1024 * 1024

/** Collects what a child says and calls back once. */
function collecting(world: World, given: readonly unknown[], shell: boolean): ChildProcess {
  const { file, args, options, callback } = wordsOf(given)
  const parts = wantedOf(world, { file, args: shell ? [] : args }, shell ? { shell: true, ...options } : options)
  const child = new ChildProcess(world, parts)
  const kept: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] }
  const max = Number(options['maxBuffer'] ?? MAX_BUFFER)
  let failure: Error | undefined
  for (const stream of ['stdout', 'stderr'] as const) {
    let size = 0
    child[stream]?.on('data', (chunk) => {
      const bytes = bytesOf(chunk)
      size += bytes.length
      if (size > max) {
        failure ??= Object.assign(new RangeError(`${stream} maxBuffer length exceeded`), { code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' })
        child.kill()
      } else kept[stream].push(bytes)
    })
  }
  const text = (stream: 'stdout' | 'stderr'): unknown => {
    const all = Buffer.concat(kept[stream])
    const encoding = options['encoding'] ?? 'utf8'
    return encoding === 'buffer' ? all : Reflect.apply(all.toString, all, [encoding])
  }
  const end = (error: unknown): void => {
    if (typeof callback === 'function') Reflect.apply(callback, undefined, [error, text('stdout'), text('stderr')])
  }
  child.on('error', (thrown) => {
    failure = Object.assign(Object(thrown), { cmd: parts.spawnargs.join(' ') })
    end(failure)
  })
  child.on('close', (code, signal) => {
    if (child.exitCode === -2) return
    if (failure === undefined && code === 0) return end(null)
    const cmd = shell ? String(file) : parts.spawnargs.join(' ')
    const told = failure ?? new Error(`Command failed: ${cmd}\n${String(text('stderr'))}`)
    end(Object.assign(told, failure ? {} : { code, killed: child.killed, signal, cmd }))
  })
  return child
}

/** As a promise: both outputs, or the error with them. */
const asPromise =
  (run: (...args: unknown[]) => unknown) =>
  (...args: unknown[]) =>
    new Promise((resolve, reject) => {
      run(...args, (error: unknown, stdout: unknown, stderr: unknown) =>
        error === null ? resolve({ stdout, stderr }) : reject(Object.assign(Object(error), { stdout, stderr })),
      )
    })

/** `child_process`: commands of the sandbox's own shell. */
export function childProcessFor(world: World): Record<string, unknown> {
  const exec = (...args: unknown[]): unknown => collecting(world, args, true)
  const execFile = (...args: unknown[]): unknown => collecting(world, args, false)
  for (const run of [exec, execFile]) Object.defineProperty(run, promisified, { value: asPromise(run) })
  return {
    ChildProcess,
    exec,
    execFile,
    spawn: (...args: unknown[]) => {
      const { options, ...command } = wordsOf(args)
      return new ChildProcess(world, wantedOf(world, command, options))
    },
    fork: forkFor(world),
    ...childSync(world),
  }
}
