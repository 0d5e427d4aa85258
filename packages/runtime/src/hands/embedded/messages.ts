import { MAX_PERSON, NETWORK_REFUSALS } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { awaySaid, awayTold } from './away/away-messages'
import { childSaid, childTold } from './children/child-messages'
import { evalProgram, fileProgram } from './programs'
import { threadSaid, threadSelf, threadTold } from './threads/thread-messages'
import { portAnswering, portAsking, portList, portListening, portOwning } from './ports/port-messages'

/**
 * Everything that crosses a port of the sandbox. The frame runs code of anybody, so each side parses what it gets
 * and drops the port when it does not fit; object proxies such as comlink's stay out of here (`house.md` §8.7).
 */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const mode = z.enum(['file', 'executable', 'symlink', 'folder'])
const pack = z.custom<ArrayBuffer>((value) => value instanceof ArrayBuffer)
const stream = z.enum(['stdout', 'stderr'])

/** Where in which pack the bytes of a file are. */
const place = { pack: z.number(), at: z.number(), size: z.number() }

/** Most characters of output in one message. */
export const MAX_PIECE = 262_144

/** Most bytes of a request's or an answer's body in one message, and as many again four times before the other side took some. */
export const MAX_CHUNK = 262_144
export const CHUNKS_AHEAD = 4
/** Requests to the network at once, and the most that their bodies may have together. */
export const MAX_FETCHES = 6
export const MAX_UPLOAD = 64 * 1024 * 1024
/** Names of packages that one install may be told. */
export const MAX_WANTS = 3000
/** Requests of a person's own shell, and of what they type in the agent's, are numbered from here on; those of the agent's commands below. */
export const TERMINAL_FETCHES = { own: 2 ** 40, agent: 2 ** 41 }

/** Whose request has this number. */
export function fetcherOf(id: number): 'command' | 'own' | 'agent' {
  if (id > TERMINAL_FETCHES.agent) return 'agent'
  return id > TERMINAL_FETCHES.own ? 'own' : 'command'
}

const chunk = bytes.check(z.refine((value) => value.length > 0 && value.length <= MAX_CHUNK))
/** Of a request; an answer may bring more. */
const netHeaders = z.array(z.tuple([z.string().check(z.maxLength(128)), z.string().check(z.maxLength(8192))])).check(z.maxLength(64))
const headers = z.array(z.tuple([z.string().check(z.maxLength(256)), z.string().check(z.maxLength(65_536))])).check(z.maxLength(512))
/** Most that is typed or pasted into a terminal at once; a longer paste goes in pieces. */
export const MAX_INPUT = 65_536
/** Most command lines that a shell is told to remember from before. */
export const MAX_HISTORY = 500
const line = z.string().check(z.maxLength(MAX_INPUT))
const columns = z.int().check(z.gte(2), z.lte(1000))
const rows = z.int().check(z.gte(1), z.lte(1000))

/** A file as it crosses. Its bytes are in the pack of that number; a symlink's are its target. Paths are relative to the workspace. */
const carried = z.object({
  path: z.string(),
  mode,
  mtime: z.number(),
  permissions: z.optional(z.number()),
  ...place,
})
export type Carried = z.infer<typeof carried>

/** What one side did to the files since the other heard of them last. */
const changedFiles = z.object({ files: z.array(carried), packs: z.array(pack), removed: z.array(z.string()) })

/** Host to frame, on the port that the frame was connected with. */
const toFrame = z.discriminatedUnion('type', [
  /** `port` is the kernel's own: it goes straight into the worker, so that the frame never copies files. */
  z.object({ type: z.literal('boot'), kernel: z.string(), process: z.string() }),
  /** Sets the shared flag that a busy shell looks at to the command that is to end: it may be over by then, and another one runs. */
  z.object({ type: z.literal('interrupt'), id: z.number() }),
  /** Answered with `alive` by a page that is not busy. */
  z.object({ type: z.literal('ping') }),
])
export type ToFrame = z.infer<typeof toFrame>

/** Frame to host. */
export const fromFrame = z.discriminatedUnion('type', [
  /** The page in the frame runs and listens. */
  z.object({ type: z.literal('connected') }),
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('broken'), message: z.string() }),
])

/** Host to kernel. */
/** Programs that are no part of the kernel and come when a command first wants them. */
const packed = z.enum(['python', 'bundler'])
export type PackedProgram = z.infer<typeof packed>

export const toKernel = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    id: z.number(),
    command: z.string(),
    /** Folder to run in, absolute; where the shell stands when left out. */
    cwd: z.optional(z.string()),
    timeoutMs: z.number(),
    /** What changed since the kernel last heard of the files. */
    files: z.array(carried),
    /** Handed over: the side that sends has them no more. */
    packs: z.array(pack),
    removed: z.array(z.string()),
  }),
  z.object({ type: z.literal('cancel'), id: z.number() }),
  /** So many characters of output were taken: a kernel that is far ahead waits for this. */
  z.object({ type: z.literal('heard'), characters: z.number() }),
  z.object({ type: z.literal('ping') }),
  /** Who commits, from now on. Empty: nobody was entered. */
  z.object({
    type: z.literal('person'),
    name: z.string().check(z.maxLength(MAX_PERSON)),
    email: z.string().check(z.maxLength(MAX_PERSON)),
  }),
  /** The program that the kernel asked for, packed; or why it could not be had. */
  z.object({ type: z.literal('loaded'), program: packed, pack: z.optional(pack), refusal: z.optional(z.string()) }),
  /** To be planted where commands run. */
  z.object({ type: z.literal('decoy'), value: z.string().check(z.maxLength(200)) }),
  /** A request was decided and is sent now: until here a person was asked, and the command's time stood still. */
  z.object({ type: z.literal('fetch-sent'), id: z.number() }),
  z.object({
    type: z.literal('fetch-head'),
    id: z.number(),
    status: z.number(),
    statusText: z.string(),
    version: z.optional(z.string()),
    url: z.string(),
    headers,
  }),
  z.object({ type: z.literal('fetch-bytes'), id: z.number(), bytes: chunk }),
  /** So many bytes of a request's body were taken. */
  z.object({ type: z.literal('fetch-took'), id: z.number(), size: z.number() }),
  /** Over: whole, or for this reason. */
  z.object({
    type: z.literal('fetch-end'),
    id: z.number(),
    refusal: z.optional(z.object({ type: z.enum(NETWORK_REFUSALS), message: z.string() })),
  }),
  /** What changed on either side since the last time, without a command. Answered with `done`. */
  z.object({ type: z.literal('sync'), id: z.number(), files: z.array(carried), packs: z.array(pack), removed: z.array(z.string()) }),
  z.object({
    type: z.literal('terminal.open'),
    id: z.number(),
    shell: z.enum(['own', 'agent']),
    columns,
    rows,
    history: z.array(line).check(z.maxLength(MAX_HISTORY)),
  }),
  z.object({ type: z.literal('terminal.input'), id: z.number(), text: line }),
  z.object({ type: z.literal('terminal.resize'), id: z.number(), columns, rows }),
  z.object({ type: z.literal('terminal.close'), id: z.number() }),
  /** A person's preview asks a program of the sandbox. */
  ...portAsking,
  ...awayTold(changedFiles),
])
export type ToKernel = z.infer<typeof toKernel>

/** Kernel to host. */
export const fromKernel = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('alive') }),
  /** It makes a worker, and may be silent until it has it. */
  z.object({ type: z.literal('starting') }),
  /** A program that is not part of the kernel is wanted. Answered with `loaded`; one is asked for at a time. */
  z.object({ type: z.literal('load'), program: packed }),
  z.object({ type: z.literal('output'), id: z.number(), stream, text: z.string().check(z.maxLength(MAX_PIECE)) }),
  z.object({
    type: z.literal('done'),
    id: z.number(),
    exitCode: z.number(),
    cwd: z.string(),
    /** What ended it before its own end. */
    cut: z.optional(z.enum(['timeout', 'cancelled', 'output'])),
    files: z.array(carried),
    packs: z.array(pack),
    removed: z.array(z.string()),
  }),
  /** A request to the network. Its body, `size` bytes, comes in `fetch-bytes`; where it announces a push, that body is the push's. */
  z.object({
    type: z.literal('fetch'),
    id: z.int().check(z.gte(1)),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
    url: z.string().check(z.maxLength(8192)),
    headers: netHeaders,
    purpose: z.string().check(z.maxLength(4000)),
    /** Undefined: no body, which is not the same as an empty one. */
    size: z.optional(z.int().check(z.gte(0), z.lte(MAX_UPLOAD))),
    useToken: z.boolean(),
    connectMs: z.optional(z.int().check(z.gte(1), z.lte(600_000))),
    byGit: z.optional(z.boolean()),
    npm: z.optional(
      z.object({
        registry: z.string().check(z.maxLength(2048)),
        wants: z.array(z.string().check(z.maxLength(512))).check(z.maxLength(MAX_WANTS)),
        integrity: z.optional(z.string().check(z.regex(/^sha512-[A-Za-z\d+/]{86}==$/))),
        isOffline: z.optional(z.boolean()),
      }),
    ),
    announces: z.optional(
      z.object({ url: z.string().check(z.maxLength(8192)), headers: netHeaders, purpose: z.string().check(z.maxLength(4000)) }),
    ),
  }),
  z.object({ type: z.literal('fetch-bytes'), id: z.number(), bytes: chunk }),
  /** So many bytes of an answer were taken. */
  z.object({ type: z.literal('fetch-took'), id: z.number(), size: z.int().check(z.gte(0)) }),
  /** Nobody wants the rest. */
  z.object({ type: z.literal('fetch-drop'), id: z.number() }),
  z.object({ type: z.literal('terminal.output'), id: z.number(), text: z.string().check(z.maxLength(MAX_PIECE)) }),
  z.object({ type: z.literal('terminal.state'), id: z.number(), isBusy: z.boolean(), cwd: z.string().check(z.maxLength(4096)) }),
  /** A command line that was entered, to be remembered beyond this kernel. */
  z.object({ type: z.literal('terminal.entered'), id: z.number(), line }),
  ...portAnswering,
  portList,
  ...awaySaid(changedFiles),
])
export type FromKernel = z.infer<typeof fromKernel>

/** What a process runs. */
const program = z.discriminatedUnion('type', [
  fileProgram,
  evalProgram,
  /** A file of `node --test`: its results go out as `report` messages instead of text. */
  z.object({ type: z.literal('test'), path: z.string(), only: z.boolean(), pattern: z.optional(z.string()) }),
  /** A command line of `python3`: its words are in `argv`. */
  z.object({ type: z.literal('python') }),
  /** A command line of `vite`: its words are in `argv`. */
  z.object({ type: z.literal('bundler') }),
])
export type Program = z.infer<typeof program>

/** How a tree is told to a program: a row of numbers for each node, folders before what is in them. */
export const CARRIED = {
  types: ['folder', 'file', 'link'] as const,
  /** Type, row of the folder (-1: the root), mode, time of writing, pack (of a link: number of its target), place in it, size. */
  width: 7,
}
const shared = z.custom<SharedArrayBuffer>((value) => typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer)
const carriedTree = {
  /** With a NUL between two. */
  names: z.string(),
  numbers: z.custom<Float64Array>((value) => value instanceof Float64Array),
  targets: z.array(z.string()),
  packs: z.array(z.union([pack, shared])),
}
/** Of thousands of nodes, as few objects as it takes. */
export interface CarriedTree extends z.infer<z.ZodMiniObject<typeof carriedTree>> {}

/** Most bytes of a program's standard input that are handed over at once. */
export const MAX_READ = 65_536
/** Shared with a program that may wait for its input: two numbers, a state and a size, then the bytes. */
export const READ_STATE = { nothing: 0, bytes: 1, over: 2 }
export const READ_HEAD = 8

/** A program's standard input: all of it, or asked for piece by piece. */
const input = z.discriminatedUnion('type', [
  z.object({ type: z.literal('whole'), bytes }),
  z.object({ type: z.literal('asked'), isTerminal: z.boolean(), shared: z.optional(shared) }),
])
export type ProgramInputStart = z.infer<typeof input>

/** Kernel to process: sent once. */
export const toProcess = z.object({
  type: z.literal('start'),
  program,
  ...carriedTree,
  argv: z.array(z.string()),
  execArgv: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  input,
  /** What it writes there is seen by a person as it comes. */
  terminals: z.array(z.enum(['stdout', 'stderr'])),
  preload: z.array(z.string()),
  /** It is another program's thread, or was forked by it. */
  thread: z.optional(threadSelf),
})
export type ToProcess = z.infer<typeof toProcess>

const op = z.discriminatedUnion('type', [
  z.object({ type: z.literal('write'), path: z.string(), bytes, mode: z.number() }),
  z.object({ type: z.literal('append'), path: z.string(), bytes, mode: z.number() }),
  z.object({ type: z.literal('mkdir'), path: z.string() }),
  z.object({ type: z.literal('remove'), path: z.string() }),
  z.object({ type: z.literal('rename'), path: z.string(), to: z.string() }),
  z.object({ type: z.literal('link'), path: z.string(), from: z.string() }),
  z.object({ type: z.literal('symlink'), path: z.string(), target: z.string() }),
  z.object({ type: z.literal('mode'), path: z.string(), mode: z.number() }),
  z.object({ type: z.literal('mtime'), path: z.string(), mtime: z.number() }),
])

/** Kernel to process, after the start. */
export const toProcessLater = z.discriminatedUnion('type', [
  /** The answer to a `read`. */
  z.object({
    type: z.literal('input'),
    /** Left out where they are in the shared memory, or where the input is over. */
    bytes: z.optional(bytes),
    isOver: z.boolean(),
  }),
  /** What others did to the files since the last time; comes before whatever the program is woken with. */
  z.object({ type: z.literal('news'), ops: z.array(op) }),
  /** One that it listens for, or `PIPE`: nobody reads what it writes. */
  z.object({ type: z.literal('signal'), name: z.string() }),
  portListening,
  ...portAsking,
  ...portAnswering,
  ...childTold,
  ...threadTold,
])
export type ToProcessLater = z.infer<typeof toProcessLater>

const shownError = z.object({
  message: z.string(),
  name: z.string(),
  code: z.optional(z.string()),
  failureType: z.string(),
  expected: z.optional(z.string()),
  actual: z.optional(z.string()),
  operator: z.optional(z.string()),
  stack: z.array(z.string()),
})
/** A failed test's error, already put into words where it was thrown. */
export type ShownError = z.infer<typeof shownError>

/** What a test file tells while it runs; nesting 0 is the top. */
const report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), name: z.string(), nesting: z.number() }),
  z.object({
    type: z.literal('end'),
    name: z.string(),
    nesting: z.number(),
    number: z.number(),
    kind: z.enum(['test', 'suite']),
    ok: z.boolean(),
    ms: z.number(),
    /** The reason, or an empty text when none was given. */
    skip: z.optional(z.string()),
    todo: z.optional(z.string()),
    location: z.optional(z.string()),
    error: z.optional(shownError),
    cancelled: z.boolean(),
  }),
  z.object({ type: z.literal('plan'), nesting: z.number(), count: z.number() }),
  z.object({ type: z.literal('diagnostic'), nesting: z.number(), text: z.string() }),
])
export type TestReport = z.infer<typeof report>

/** Process to kernel. */
export const fromProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('op'), op }),
  z.object({ type: z.literal('output'), stream, bytes }),
  z.object({ type: z.literal('report'), report }),
  /** The next piece of its input is wanted. */
  z.object({ type: z.literal('read') }),
  /** Signals that it listens for from now on: the others do what they do by default. */
  z.object({ type: z.literal('signals'), names: z.array(z.string().check(z.maxLength(16))).check(z.maxLength(64)) }),
  /** `readInput`: whether the program looked at its standard input. */
  z.object({
    type: z.literal('exit'),
    code: z.number(),
    /** One of its own that ended it. */
    signal: z.optional(z.string().check(z.maxLength(16))),
    readInput: z.optional(z.boolean()),
  }),
  ...portOwning,
  ...portAsking,
  ...portAnswering,
  ...childSaid,
  ...threadSaid,
])
export type FromProcess = z.infer<typeof fromProcess>
