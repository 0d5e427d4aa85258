import { Buffer } from 'buffer'
import { Readable, Writable } from 'readable-stream'
import { bytesOf, invalidArgument, unsupported, type World } from './context'
import { Dirent, fsOperations, guarded, optionsOf, pathOf, Stats } from './fs'
import { descriptors } from './fs-descriptors'
import { readlineFor } from './readline'
import { FILE_CONSTANTS } from './system-constants'

const constants = FILE_CONSTANTS

/** How often the system is asked until all of a file was read or written: what takes less is over before it. */
const TRIPS: Readonly<Record<string, number>> = { readFile: 4, writeFile: 3, appendFile: 3 }

/** After so many turns of the loop. */
function completeAfter(world: World, trips: number, act: () => void): void {
  world.loop.complete(() => (trips > 1 ? completeAfter(world, trips - 1, act) : act()))
}

/** `readFile(…, callback)` from `readFileSync`: the answer comes later, with the error first. */
function withCallback(world: World, work: (...args: unknown[]) => unknown, trips = 1) {
  return (...args: unknown[]): void => {
    const callback = args.pop()
    if (typeof callback !== 'function') throw invalidArgument('cb', 'of type function', args.length === 0 ? undefined : callback)
    let answer: unknown[]
    try {
      const result = work(...args)
      answer = result === undefined ? [null] : [null, result]
    } catch (thrown) {
      answer = [thrown]
    }
    completeAfter(world, answer[0] === null ? trips : 1, () => void Reflect.apply(callback, undefined, answer))
  }
}

function withPromise(world: World, work: (...args: unknown[]) => unknown) {
  return (...args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      world.loop.complete(() => {
        try {
          resolve(work(...args))
        } catch (thrown) {
          reject(thrown)
        }
      })
    })
}

/** What a stream says it opened: nobody can do anything with the number, and programs wait for it. */
const STREAM_FD = 9

const linesOf = (input: unknown): unknown => {
  const make = readlineFor()['createInterface']
  return typeof make === 'function' ? Reflect.apply(make, undefined, [{ input }]) : undefined
}

function streams(world: World, operations: Record<string, (...args: unknown[]) => unknown>) {
  const createReadStream = (target: unknown, given?: unknown): unknown => {
    const options = optionsOf(given)
    let at = Number(options['start'] ?? 0)
    const end = options['end'] === undefined ? Infinity : Number(options['end']) + 1
    const stream = new Readable({
      highWaterMark: 65_536,
      ...(typeof options['encoding'] === 'string' ? { encoding: options['encoding'] } : {}),
      read(this: Readable, size: number) {
        world.loop.complete(() => {
          try {
            const path = pathOf(world, target)
            const bytes = guarded('open', path.given, () => world.tree.readFile(path.at))
            const part = bytes.slice(at, Math.min(at + size, end))
            at += part.length
            this.push(part.length === 0 ? null : Buffer.from(part))
          } catch (thrown) {
            this.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)))
          }
        })
      },
    })
    // It is opened whether or not anybody reads it.
    world.loop.complete(() => {
      try {
        const path = pathOf(world, target)
        guarded('open', path.given, () => world.tree.readFile(path.at))
        stream.emit('open', STREAM_FD)
        stream.emit('ready')
      } catch (thrown) {
        stream.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)))
      }
    })
    return Object.assign(stream, { path: target })
  }
  return { createReadStream, createWriteStream: writeStreams(world, operations) }
}

function writeStreams(
  world: World,
  operations: Record<string, (...args: unknown[]) => unknown>,
): (target: unknown, given?: unknown) => unknown {
  return (target, given) => {
    const options = optionsOf(given)
    const isAppend = typeof options['flags'] === 'string' && options['flags'].startsWith('a')
    let isOpen = false
    const write = (chunk: unknown): void => {
      if (!isOpen && !isAppend) operations['writeFile']?.(target, '')
      isOpen = true
      operations['appendFile']?.(target, chunk)
    }
    let written = 0
    const attempt = (chunk: unknown, done: (error?: Error) => void): void => {
      world.loop.complete(() => {
        try {
          write(chunk)
          written += typeof chunk === 'string' ? 0 : bytesOf(chunk).length
          done()
        } catch (thrown) {
          done(thrown instanceof Error ? thrown : new Error(String(thrown)))
        }
      })
    }
    const stream = new Writable({
      write: (chunk: unknown, _encoding: unknown, done: (error?: Error) => void) => attempt(chunk, done),
      final: (done: (error?: Error) => void) => attempt('', done),
    })
    world.loop.complete(() => {
      if (!isOpen) stream.emit('open', STREAM_FD)
      stream.emit('ready')
    })
    Object.defineProperty(stream, 'bytesWritten', { get: () => written })
    return Object.assign(stream, { path: target })
  }
}

/** `fs` and `fs/promises`. */
export function fsModule(world: World): { readonly fs: Record<string, unknown>; readonly promises: Record<string, unknown> } {
  const operations: Record<string, (...args: unknown[]) => unknown> = { ...fsOperations(world), ...descriptors(world) }
  const fs: Record<string, unknown> = { constants, Stats, Dirent, ...constants, ...streams(world, operations) }
  const promises: Record<string, unknown> = { constants }
  for (const [name, work] of Object.entries(operations)) {
    fs[`${name}Sync`] = (...args: unknown[]) => work(...args)
    fs[name] = withCallback(world, work, TRIPS[name])
    promises[name] = withPromise(world, work)
  }
  const exists = (target: unknown): boolean =>
    (typeof target === 'string' || target instanceof URL || target instanceof Uint8Array) &&
    world.tree.find(pathOf(world, target).at) !== undefined
  fs['existsSync'] = exists
  fs['exists'] = (target: unknown, callback: unknown) =>
    world.loop.complete(() => void (typeof callback === 'function' && Reflect.apply(callback, undefined, [exists(target)])))
  for (const name of ['watch', 'watchFile', 'unwatchFile']) {
    fs[name] = () => {
      throw unsupported('fs', `${name} is missing; nothing changes while a program runs but by itself`)
    }
  }
  Object.assign(fs['realpathSync'] ?? {}, { native: fs['realpathSync'] })
  Object.assign(fs['realpath'] ?? {}, { native: fs['realpath'] })
  const { createReadStream, createWriteStream } = streams(world, operations)
  promises['open'] = withPromise(world, (...args) =>
    Object.assign(fileHandle(world, operations, args), {
      createReadStream: (options: unknown) => createReadStream(args[0], options),
      createWriteStream: (options: unknown) => createWriteStream(args[0], options),
      readLines: (options: unknown) => linesOf(createReadStream(args[0], options)),
    }),
  )
  fs['promises'] = promises
  return { fs, promises }
}

function fileHandle(world: World, operations: Record<string, (...args: unknown[]) => unknown>, args: unknown[]): Record<string, unknown> {
  const fd = operations['open']?.(...args)
  const [target] = args
  const on = (name: string, path: unknown) => withPromise(world, (...rest) => operations[name]?.(path, ...rest))
  return {
    fd,
    close: on('close', fd),
    stat: on('fstat', fd),
    readFile: on('readFile', target),
    writeFile: on('writeFile', target),
    appendFile: on('appendFile', target),
    write: withPromise(world, (...rest) => ({ bytesWritten: operations['write']?.(fd, ...rest), buffer: rest[0] })),
    read: withPromise(world, (buffer, ...rest) => ({ bytesRead: operations['read']?.(fd, buffer, ...rest), buffer })),
    truncate: on('truncate', target),
  }
}
