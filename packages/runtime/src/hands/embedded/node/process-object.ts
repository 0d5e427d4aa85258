import events from 'events'
import { Readable, Writable } from 'readable-stream'
import { Buffer } from 'buffer'
import { NODE_VERSION } from '../version'
import { resolvePath } from '../tree-node'
import { bytesOf, type World } from './context'
import { FsError } from '../fs-error'

/** What we ourselves need of a program's `process`. */
export interface ProcessObject {
  exitCode: unknown
  emit(name: string, ...args: unknown[]): boolean
  listenerCount(name: string): number
}

/** The `process` of a program: an emitter with the few things that are true here. */
export function processFor(world: World): ProcessObject {
  const started = performance.now()
  const emitter = new events()
  const self: { process?: ProcessObject } = {}
  const members: Record<string, unknown> = {
    title: 'node',
    version: NODE_VERSION,
    versions: { node: NODE_VERSION.slice(1), v8: '11.3.244.8-node.26', modules: '115' },
    release: { name: 'node', lts: 'Iron' },
    arch: 'x64',
    platform: 'linux',
    pid: 2,
    ppid: 1,
    argv: [...world.argv],
    argv0: 'node',
    execArgv: [...world.execArgv],
    execPath: '/usr/bin/node',
    env: environment(world.env),
    exitCode: undefined,
    features: {},
    config: { variables: {} },
    ...standardStreams(world),
    cwd: () => world.cwd,
    chdir: (path: unknown) => {
      const target = resolvePath(world.cwd, String(path))
      if (world.tree.find(target)?.type !== 'folder') throw new FsError('ENOENT', 'chdir', [world.cwd, String(path)])
      world.cwd = target
    },
    exit: (code?: unknown) => world.exit(Number(code ?? self.process?.exitCode ?? 0)),
    abort: () => world.exit(134),
    kill: () => {
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', errno: -3, syscall: 'kill' })
    },
    nextTick: (callback: unknown, ...args: unknown[]) => {
      if (typeof callback !== 'function')
        throw Object.assign(new TypeError('The "callback" argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
      world.loop.tick(() => void Reflect.apply(callback, undefined, args))
    },
    hrtime: Object.assign((since?: readonly [number, number]) => hrtime(since), {
      bigint: () => BigInt(Math.round(performance.now() * 1e6)),
    }),
    uptime: () => (performance.now() - started) / 1000,
    memoryUsage: Object.assign(() => ({ rss: 5e7, heapTotal: 2e7, heapUsed: 1e7, external: 1e6, arrayBuffers: 1e4 }), { rss: () => 5e7 }),
    cpuUsage: () => ({ user: Math.round((performance.now() - started) * 1000), system: 0 }),
    emitWarning: (warning: unknown) =>
      world.write(
        'stderr',
        bytesOf(`(node:2) ${warning instanceof Error ? `${warning.name}: ${warning.message}` : `Warning: ${String(warning)}`}\n`),
      ),
    umask: () => 0o022,
    getuid: () => 1000,
    geteuid: () => 1000,
    getgid: () => 1000,
    getegid: () => 1000,
  }
  Object.defineProperty(emitter, Symbol.toStringTag, { value: 'process' })
  const process: ProcessObject = Object.assign(emitter, { exitCode: undefined }, members)
  self.process = process
  return process
}

function hrtime(since?: readonly [number, number]): [number, number] {
  const ns = Math.round(performance.now() * 1e6)
  const [seconds, rest] = [Math.floor(ns / 1e9), ns % 1e9]
  if (since === undefined) return [seconds, rest]
  const difference = (seconds - since[0]) * 1e9 + rest - since[1]
  return [Math.floor(difference / 1e9), difference % 1e9]
}

/** Values become text, as in an environment. */
function environment(env: Record<string, string>): Record<string, string> {
  return new Proxy(env, {
    set: (target, key, value) => Reflect.set(target, key, String(value)),
  })
}

function standardStreams(world: World): Record<string, unknown> {
  const output = (stream: 'stdout' | 'stderr', fd: number): unknown => {
    const writable = new Writable({
      decodeStrings: false,
      write(chunk, encoding, done) {
        world.write(stream, bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding))
        done()
      },
    })
    return Object.assign(writable, {
      fd,
      isTTY: false,
      columns: 80,
      hasColors: () => false,
      getColorDepth: () => 1,
      _isStdio: true,
      destroySoon: () => undefined,
    })
  }
  let release: (() => void) | undefined
  let isSent = false
  const stdin = new Readable({
    read(this: Readable) {
      if (isSent) return
      isSent = true
      release = world.loop.hold()
      world.loop.complete(() => {
        if (world.stdin.length > 0) this.push(Buffer.from(world.stdin))
        this.push(null)
        release?.()
      })
    },
  })
  return {
    stdout: output('stdout', 1),
    stderr: output('stderr', 2),
    stdin: Object.assign(stdin, { fd: 0, isTTY: false, setRawMode: () => stdin, ref: () => stdin, unref: () => stdin }),
  }
}
